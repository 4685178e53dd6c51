namespace TraderData.Core;

/// <summary>How a run of a job ended.</summary>
public enum JobOutcome
{
    /// <summary>Everything was done.</summary>
    Succeeded,

    /// <summary>Something could not be done; <see cref="JobRun.Error"/> tells what.</summary>
    Failed,

    /// <summary>It was stopped before its end; another run goes on.</summary>
    Cancelled,
}

/// <summary>A run of a job, as it is kept for 30 days.</summary>
/// <param name="Job">The job's name: <c>ingest:binance:1m</c>, <c>seal</c>, <c>backfill:{id}</c>.</param>
/// <param name="StartedMs">When it began, Unix milliseconds UTC.</param>
/// <param name="EndedMs">When it ended, Unix milliseconds UTC.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Written">What came of the bars that it wrote; nothing for jobs that write none.</param>
/// <param name="Error">Why it did not succeed, at most <see cref="MaxErrorLength"/> characters; null when it did.</param>
public sealed record JobRun(string Job, long StartedMs, long EndedMs, JobOutcome Outcome, WriteResult Written, string? Error)
{
    /// <summary>How long an error may be. What it leaves out is in the log.</summary>
    public const int MaxErrorLength = 1_000;

    /// <summary>How long runs are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>An error as it is kept: not longer than it may be.</summary>
    public static string Shorten(string error) => error.Length <= MaxErrorLength ? error : error[..(MaxErrorLength - 1)] + "…";
}

/// <summary>What the history tells of a job at a glance.</summary>
/// <param name="Last">Its last run.</param>
/// <param name="LastSucceededMs">When the last run began that succeeded, Unix milliseconds UTC; null when none of those kept did.</param>
/// <param name="FailedSinceMs">When the first of the failed runs behind it began, Unix milliseconds UTC; null when the last run did not fail.</param>
/// <param name="FailedRuns">How many runs failed since.</param>
public sealed record JobSummary(JobRun Last, long? LastSucceededMs, long? FailedSinceMs, int FailedRuns)
{
    // Below it one fault of a moment, or a start before the network is there, would be an alarm.
    private const int LeastFailures = 3;

    /// <summary>True when a job failed in all of its runs of a day, and not only once or twice.</summary>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public bool FailsAllDay(long nowMs) =>
        FailedRuns >= LeastFailures && (LastSucceededMs is null || LastSucceededMs < nowMs - (long)TimeSpan.FromDays(1).TotalMilliseconds);
}
