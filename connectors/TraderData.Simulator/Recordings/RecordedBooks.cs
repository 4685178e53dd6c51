using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>Klines from recordings.</summary>
internal sealed class RecordedKlines(RecordingLibrary library) : IKlineBook
{
    private static readonly string[] QuoteAssets = ["USDT", "BUSD", "BTC"];

    /// <inheritdoc/>
    public IEnumerable<ListedPair> Pairs(long nowMs) => library.SymbolsOf("binance").Select(Listed);

    /// <inheritdoc/>
    public ListedPair? Find(string symbol, long nowMs) => library.SymbolsOf("binance").Contains(symbol) ? Listed(symbol) : null;

    /// <inheritdoc/>
    public IEnumerable<ReadOnlyMemory<byte>> Read(KlineQuery query)
    {
        var opens = query.Opens.Intersect(new TimeRange(0, query.NowMs + 1));
        return library.Find("binance", query.Symbol, query.Timeframe)?.Read(opens, query.NewestFirst).Select(row => row.Text) ?? [];
    }

    // Recordings do not say the steps of prices and amounts: the finest that the wire can show.
    private static ListedPair Listed(string symbol)
    {
        var quote = Array.Find(QuoteAssets, asset => symbol.Length > asset.Length && symbol.EndsWith(asset, StringComparison.Ordinal)) ?? "";
        return new ListedPair(symbol, symbol[..^quote.Length], quote, true, 8, 8);
    }
}

/// <summary>Alpaca's bars from recordings.</summary>
internal sealed class RecordedBars(RecordingLibrary library) : IBarBook
{
    /// <inheritdoc/>
    public IEnumerable<BarRow> Read(BarQuery query) =>
        query.IsCrypto == query.Symbol.Contains('/', StringComparison.Ordinal)
            ? library.Find("alpaca", query.Symbol, query.Timeframe)?.Read(query.Opens, query.Descending) ?? []
            : [];
}
