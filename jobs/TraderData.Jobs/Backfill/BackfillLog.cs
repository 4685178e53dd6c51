using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Jobs;

internal static partial class BackfillLog
{
    [LoggerMessage(JobEvents.BackfillStarted, LogLevel.Information, "backfill of {Count} {Timeframe} series of {Source}: {Range}")]
    public static partial void BackfillStarted(this ILogger logger, int count, Timeframe timeframe, string source, TimeRange range);

    [LoggerMessage(JobEvents.BackfillDone, LogLevel.Information,
        "backfill of {Source} {Timeframe} done: {Inserted} bars inserted, {Changed} changed, {Same} the same; {Failed} of {Count} series failed")]
    public static partial void BackfillDone(
        this ILogger logger, string source, Timeframe timeframe, long inserted, long changed, long same, int failed, int count);

    [LoggerMessage(JobEvents.NotSealed, LogLevel.Error, "{Series}: the bars are stored, but not folded into the lake")]
    public static partial void NotSealed(this ILogger logger, Series series, Exception cause);
}
