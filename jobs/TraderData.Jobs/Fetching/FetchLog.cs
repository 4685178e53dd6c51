using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Jobs;

internal static partial class FetchLog
{
    [LoggerMessage(JobEvents.SeriesDone, LogLevel.Information, "{Series}: {Summary}")]
    public static partial void SeriesDone(this ILogger logger, Series series, string summary);

    [LoggerMessage(JobEvents.SeriesFailed, LogLevel.Error, "{Series}: {Summary}")]
    public static partial void SeriesFailed(this ILogger logger, Series series, string summary, Exception? cause);

    [LoggerMessage(JobEvents.SeriesRestated, LogLevel.Warning, "{Series}: the source restated {Changed} bars within {Range}")]
    public static partial void SeriesRestated(this ILogger logger, Series series, long changed, TimeRange range);

    [LoggerMessage(JobEvents.BadPage, LogLevel.Error, "{Series}: an answer is refused and {Kept}: {Reason}")]
    public static partial void BadPage(this ILogger logger, Series series, string kept, string reason);

    [LoggerMessage(JobEvents.NotQuarantined, LogLevel.Error, "{Series}: a refused answer could not be kept in quarantine")]
    public static partial void NotQuarantined(this ILogger logger, Series series, Exception cause);

    [LoggerMessage(JobEvents.FileRefused, LogLevel.Warning,
        "{Series}: {File} is refused and kept as {KeptAs}; its bars are asked of the API, and it is not fetched again without --again: {Reason}")]
    public static partial void FileRefused(this ILogger logger, Series series, string file, string? keptAs, string reason);

    [LoggerMessage(JobEvents.FilePardoned, LogLevel.Information, "{Series}: {File}, which was refused before, is good now")]
    public static partial void FilePardoned(this ILogger logger, Series series, string file);

    [LoggerMessage(JobEvents.ArchiveAway, LogLevel.Warning,
        "The archive of {Source} is left alone for the rest of this run, and its API asked instead: {Reason}")]
    public static partial void ArchiveAway(this ILogger logger, string source, string reason);

    [LoggerMessage(JobEvents.ChunkDone, LogLevel.Debug, "{Series}: {Range} written: {Inserted} inserted, {Changed} changed, {Same} the same")]
    public static partial void ChunkDone(this ILogger logger, Series series, TimeRange range, long inserted, long changed, long same);
}
