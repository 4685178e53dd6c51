using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>What the generated market was, for a test to hold a store against. Safe for any thread.</summary>
public sealed class MarketTruth
{
    private const string Binance = "binance";

    private readonly InstrumentCatalog _catalog;
    private readonly GeneratedMarket _market;
    private readonly FlawedMinutes _flaws;

    internal MarketTruth(InstrumentCatalog catalog, GeneratedMarket market, FlawedMinutes flaws) => (_catalog, _market, _flaws) = (catalog, market, flaws);

    /// <summary>The pairs of Binance's market that trade on and on.</summary>
    public IReadOnlyList<string> Symbols => [.. _catalog.Binance.Where(i => i.DelistedMs == long.MaxValue).Select(i => i.Symbol)];

    /// <summary>The one-minute bars that an exchange gives to who asks at a time: those that are closed and settled. Without vwaps.</summary>
    /// <param name="source"><c>binance</c> or <c>alpaca</c>; stocks are those of the IEX feed.</param>
    /// <param name="symbol">The symbol.</param>
    /// <param name="opens">The range of opening times.</param>
    /// <param name="nowMs">When it is asked, Unix milliseconds UTC.</param>
    /// <exception cref="ArgumentException">The market does not know the symbol.</exception>
    public BarBlock Minutes(string source, string symbol, TimeRange opens, long nowMs)
    {
        var instrument = Find(source, symbol);
        var view = new MarketView(nowMs, source == Binance ? Visibility.Forming : Visibility.Rebuilt);
        SimBar[] bars = [.. _market.Read(instrument, Timeframe.M1, opens, false, view).TakeWhile(bar => bar.EndMs <= view.FinalMs)];
        return BarBlock.Own(new BarColumns(
            Column(bars, bar => bar.TimeMs), Column(bars, bar => bar.Open), Column(bars, bar => bar.High), Column(bars, bar => bar.Low),
            Column(bars, bar => bar.Close), Column(bars, bar => bar.Volume))
        {
            PriceScale = instrument.PriceScale,
            VolumeScale = instrument.LotScale,
            Trades = Column(bars, bar => bar.Trades),
        });
    }

    /// <summary>When a minute was given its final values, Unix milliseconds UTC; null when it always had them.</summary>
    public long? CorrectedMs(string source, string symbol, long openMs) => _flaws.CorrectedMsOf(_flaws.KeyOf(Find(source, symbol)), openMs);

    private SimInstrument Find(string source, string symbol)
    {
        var venue = source == Binance ? Venue.Binance : symbol.Contains('/', StringComparison.Ordinal) ? Venue.AlpacaCrypto : Venue.AlpacaStock;
        return _catalog.Find(venue, symbol, "iex") ?? throw new ArgumentException($"the market does not know {source}:{symbol}");
    }

    private static long[] Column(SimBar[] bars, Func<SimBar, long> of) => Array.ConvertAll(bars, bar => of(bar));
}
