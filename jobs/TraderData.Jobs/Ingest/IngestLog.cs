using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Jobs;

internal static partial class IngestLog
{
    [LoggerMessage(JobEvents.IngestDone, LogLevel.Information,
        "ingest of {Source} {Timeframe} done: {Inserted} bars inserted, {Changed} changed, {Same} the same; {Failed} of {Count} series failed")]
    public static partial void IngestDone(
        this ILogger logger, string source, Timeframe timeframe, long inserted, long changed, long same, int failed, int count);

    [LoggerMessage(JobEvents.IngestFailed, LogLevel.Error, "ingest of {Source} {Timeframe} failed: {Reason}")]
    public static partial void IngestFailed(this ILogger logger, string source, Timeframe timeframe, string reason, Exception cause);

    [LoggerMessage(JobEvents.WatchNotDated, LogLevel.Warning, "since when series of {Source} are watched could not be read or kept, and is done at the next ingest: {Reason}")]
    public static partial void WatchNotDated(this ILogger logger, string source, string reason);
}
