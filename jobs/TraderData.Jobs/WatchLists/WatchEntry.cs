using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>A line of the watch list.</summary>
/// <param name="Source">The source.</param>
/// <param name="Symbols">Which of its symbols.</param>
/// <param name="Timeframe">The timeframe, a standard one.</param>
public sealed record WatchEntry(string Source, SymbolPattern Symbols, Timeframe Timeframe)
{
    /// <summary><c>binance:*USDT@1m</c>.</summary>
    public override string ToString() => $"{Source}:{Symbols}@{Timeframe}";
}
