using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>Alpaca's bars of the generated market.</summary>
internal sealed class GeneratedBars(InstrumentCatalog catalog, GeneratedMarket market) : IBarBook
{
    // Eight numbers of at most 24 digits with their keys.
    private const int MaxRow = 320;

    // A page sorts keys by the alphabet, or has them in the order that the documents show; both were recorded.
    private const string Alphabetical = "chlnotvw";
    private const string Documented = "tohlcvnw";

    private const int StockVwapScale = 6;
    private const int CryptoVwapScale = 10;

    /// <inheritdoc/>
    public IEnumerable<BarRow> Read(BarQuery query)
    {
        var instrument = catalog.Find(query.IsCrypto ? Venue.AlpacaCrypto : Venue.AlpacaStock, query.Symbol, query.Feed);
        if (instrument is null)
            yield break;
        var view = new MarketView(query.NowMs, query.Lie ? Visibility.Forming : Visibility.Rebuilt);
        var chance = Noise.At(Noise.Key(0, query.Symbol), query.Opens.StartMs);
        var keys = (chance & 1) == 0 ? Alphabetical : Documented;
        foreach (var bar in market.Read(instrument, query.Timeframe, query.Opens, query.Descending, view))
            yield return new BarRow(bar.TimeMs, Write(instrument, bar, keys, query.IsCrypto && (chance & 6) == 0));
    }

    private static byte[] Write(SimInstrument instrument, in SimBar bar, string keys, bool exchangeKey)
    {
        Span<byte> row = stackalloc byte[MaxRow];
        var end = 0;
        foreach (var key in keys)
        {
            row[end++] = (byte)(end == 1 ? '{' : ',');
            row[end++] = (byte)'"';
            row[end++] = (byte)key;
            if (key == 'w')
                (row[end - 1], row[end++]) = ((byte)'v', (byte)'w');
            row[end++] = (byte)'"';
            row[end++] = (byte)':';
            end += WriteValue(instrument, bar, key, row[end..]);
        }

        // Keys that no document has come and go.
        if (exchangeKey)
        {
            ",\"x\":\"SIMX\""u8.CopyTo(row[end..]);
            end += 11;
        }

        row[end++] = (byte)'}';
        return row[..end].ToArray();
    }

    private static int WriteValue(SimInstrument instrument, in SimBar bar, char key, Span<byte> row)
    {
        switch (key)
        {
            case 't':
                row[0] = (byte)'"';
                var length = 1 + TimeText.WriteIso(bar.TimeMs, row[1..]);
                row[length] = (byte)'"';
                return length + 1;
            case 'n':
                return Utf8Digits.Write((ulong)bar.Trades, row);
            case 'v':
                return GoNumber.Write(bar.Volume, instrument.LotScale, row);
            case 'w':
                return WriteVwap(instrument, bar, row);
            default:
                return GoNumber.Write(key switch { 'o' => bar.Open, 'h' => bar.High, 'l' => bar.Low, _ => bar.Close }, instrument.PriceScale, row);
        }
    }

    private static int WriteVwap(SimInstrument instrument, in SimBar bar, Span<byte> row)
    {
        var scale = instrument.Venue == Venue.AlpacaStock ? StockVwapScale : CryptoVwapScale;
        var unit = (Int128)PowersOfTen.At(scale - instrument.PriceScale);

        // Without a trade the mean is the middle of the quotes.
        var (money, volume) = bar.Volume == 0 ? ((Int128)bar.High + bar.Low, 2) : (bar.Quote, (Int128)bar.Volume);
        return GoNumber.Write(((money * unit) + (volume / 2)) / volume, scale, row);
    }
}
