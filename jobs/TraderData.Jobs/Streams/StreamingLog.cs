using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Jobs;

internal static partial class StreamingLog
{
    [LoggerMessage(JobEvents.StreamFollowed, LogLevel.Information, "stream of {Source}: {Count} series are followed")]
    public static partial void StreamFollowed(this ILogger logger, string source, int count);

    [LoggerMessage(JobEvents.StreamLost, LogLevel.Warning, "stream of {Source} lost: {Reason}; another try in {Wait}")]
    public static partial void StreamLost(this ILogger logger, string source, string reason, TimeSpan wait);

    [LoggerMessage(JobEvents.StreamStopped, LogLevel.Error, "stream of {Source} is given up until the next start: {Reason}; scheduled ingest goes on")]
    public static partial void StreamStopped(this ILogger logger, string source, string reason);

    [LoggerMessage(JobEvents.StreamFailed, LogLevel.Error, "stream of {Source} failed; scheduled ingest goes on")]
    public static partial void StreamFailed(this ILogger logger, string source, Exception cause);

    [LoggerMessage(JobEvents.StreamMessageRefused, LogLevel.Warning, "stream of {Source}: a message is refused: {Reason}")]
    public static partial void StreamMessageRefused(this ILogger logger, string source, string reason);

    [LoggerMessage(JobEvents.StreamNotResolved, LogLevel.Warning, "stream of {Source}: what the watch list stands for is not known now: {Reason}")]
    public static partial void StreamNotResolved(this ILogger logger, string source, string reason);

    [LoggerMessage(JobEvents.StreamedBarNotStored, LogLevel.Warning, "{Series}: the streamed bar of {Time} is not stored and left to ingest: {Reason}")]
    public static partial void StreamedBarNotStored(this ILogger logger, Series series, string time, string reason);

    [LoggerMessage(JobEvents.ProvisionalNotKept, LogLevel.Warning, "stream of {Source}: provisional bars cannot be kept now: {Reason}")]
    public static partial void ProvisionalNotKept(this ILogger logger, string source, string reason);

    [LoggerMessage(JobEvents.StreamedBarLeft, LogLevel.Debug, "{Series}: the streamed bar of {Time} is left to ingest: bars in front of it are missing")]
    public static partial void StreamedBarLeft(this ILogger logger, Series series, string time);
}
