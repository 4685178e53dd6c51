using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>A question for the bars of one symbol, checked.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="IsCrypto">Asked at the crypto endpoint.</param>
/// <param name="Feed">Stocks: <c>iex</c> or <c>sip</c>.</param>
/// <param name="Timeframe">How long a bar is.</param>
/// <param name="Opens">Opening times in this range.</param>
/// <param name="Descending">Newest first.</param>
/// <param name="NowMs">The exchange's clock.</param>
/// <param name="Lie">Show the minute that forms.</param>
internal readonly record struct BarQuery(string Symbol, bool IsCrypto, string Feed, Timeframe Timeframe, TimeRange Opens, bool Descending, long NowMs, bool Lie);

/// <summary>A bar with its opening time, written as a JSON object.</summary>
internal readonly record struct BarRow(long TimeMs, ReadOnlyMemory<byte> Text);

/// <summary>What Alpaca's wire has to sell: bars from a generator or from recordings.</summary>
internal interface IBarBook
{
    /// <summary>Rows in the order asked for; none for a symbol that is not known. The caller stops when it has enough.</summary>
    IEnumerable<BarRow> Read(BarQuery query);
}
