namespace TraderData.Jobs;

/// <summary>Which series are kept up to date.</summary>
public sealed class WatchListOptions
{
    /// <summary>One entry for each symbol: <c>binance:BTCUSDT@1m,1h,1d</c>.</summary>
    public IList<string> Entries { get; init; } = [];
}
