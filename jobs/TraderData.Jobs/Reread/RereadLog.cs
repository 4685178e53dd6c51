using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Jobs;

internal static partial class RereadLog
{
    [LoggerMessage(JobEvents.RereadDone, LogLevel.Information,
        "{Source} {Timeframe} since {Start} read again: {Changed} bars were changed, {Inserted} had been missing, {Same} are the same")]
    public static partial void Reread(this ILogger logger, string source, Timeframe timeframe, string start, long changed, long inserted, long same);

    [LoggerMessage(JobEvents.NotReread, LogLevel.Error, "yesterday's bars of {Source} {Timeframe} could not be read again: {Reason}")]
    public static partial void NotReread(this ILogger logger, string source, Timeframe timeframe, string reason);
}
