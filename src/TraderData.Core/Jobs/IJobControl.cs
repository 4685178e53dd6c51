namespace TraderData.Core;

/// <summary>A job of the schedule.</summary>
/// <param name="Name">Its name: <c>ingest:binance:1m</c>, <c>seal</c>, <c>backfill:{id}</c>.</param>
/// <param name="Schedule">When it runs, a Quartz cron expression in UTC; null for one that runs once.</param>
/// <param name="IsPaused">True when it does not run until it is resumed.</param>
/// <param name="NextMs">When it runs next, Unix milliseconds UTC; null when it does not.</param>
/// <param name="Series">The series that it keeps up to date; empty for other jobs.</param>
public sealed record ScheduledJob(string Name, string? Schedule, bool IsPaused, long? NextMs, IReadOnlyList<Series> Series)
{
    /// <summary>Since when it runs, on whichever worker, Unix milliseconds UTC; null when it does not.</summary>
    public long? RunningSinceMs { get; init; }

    /// <summary>How far it has got, 0 to 1; null when it does not run, or does not tell.</summary>
    public double? Progress { get; init; }
}

/// <summary>The schedule that all workers on one database share; without a database that of this process.</summary>
public interface IJobControl
{
    /// <summary>The jobs of the schedule, by name.</summary>
    Task<IReadOnlyList<ScheduledJob>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Has a job run now, on whichever worker is free, besides its schedule. A paused one runs, too.</summary>
    /// <returns>False when there is no such job.</returns>
    Task<bool> RunAsync(string name, CancellationToken cancellationToken);

    /// <summary>Has a job not run any more until it is resumed; a run that goes on is left alone.</summary>
    /// <returns>False when there is no such job.</returns>
    Task<bool> PauseAsync(string name, CancellationToken cancellationToken);

    /// <summary>Has a paused job run on its schedule again; one that missed runs makes up for them with one.</summary>
    /// <returns>False when there is no such job.</returns>
    Task<bool> ResumeAsync(string name, CancellationToken cancellationToken);
}
