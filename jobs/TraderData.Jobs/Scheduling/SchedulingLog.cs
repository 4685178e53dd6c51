using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

internal static partial class SchedulingLog
{
    [LoggerMessage(JobEvents.Scheduled, LogLevel.Information, "{Job} is scheduled at '{Cron}' UTC, next at {Next}")]
    public static partial void Scheduled(this ILogger logger, string job, string cron, DateTimeOffset next);

    [LoggerMessage(JobEvents.Unscheduled, LogLevel.Information, "{Job} is no longer asked for and not scheduled any more")]
    public static partial void Unscheduled(this ILogger logger, string job);

    [LoggerMessage(JobEvents.BackfillSubmitted, LogLevel.Information, "backfill {Id} of {Source} {Timeframe} is submitted")]
    public static partial void BackfillSubmitted(this ILogger logger, string id, string source, string timeframe);

    [LoggerMessage(JobEvents.RunNotKept, LogLevel.Warning, "the run of {Job} is missing in the history of jobs: {Reason}")]
    public static partial void RunNotKept(this ILogger logger, string job, string reason);

    [LoggerMessage(JobEvents.SealDone, LogLevel.Information, "seal done: {Partitions} partitions folded into the lake")]
    public static partial void SealDone(this ILogger logger, int partitions);

    [LoggerMessage(JobEvents.PruneDone, LogLevel.Information, "prune done: {Bars} bars dropped from the hot tier")]
    public static partial void PruneDone(this ILogger logger, long bars);
}
