using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

internal static partial class WatchListLog
{
    [LoggerMessage(JobEvents.LeftOut, LogLevel.Warning, "{Source}:{Symbol} is left out of the watch list since {Since}: {What}; its history stays")]
    public static partial void LeftOut(this ILogger logger, string source, string symbol, string since, string what);

    [LoggerMessage(JobEvents.MatchesNothing, LogLevel.Warning, "watch list: {Entry} matches nothing that {Source} trades")]
    public static partial void MatchesNothing(this ILogger logger, WatchEntry entry, string source);

    [LoggerMessage(JobEvents.ListNotRead, LogLevel.Warning, "what {Source} lists could not be read, the watch list goes by what it listed before: {Reason}")]
    public static partial void ListNotRead(this ILogger logger, string source, string reason);

    [LoggerMessage(JobEvents.WatchListTaken, LogLevel.Information, "the watch list has changed and counts from now on, {Count} entries: {Entries}")]
    public static partial void WatchListTaken(this ILogger logger, int count, string entries);

    [LoggerMessage(JobEvents.WatchListRefused, LogLevel.Error, "the watch list was read again and is not taken, the one before goes on: {Fault}")]
    public static partial void WatchListRefused(this ILogger logger, string fault);
}
