using Quartz;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Looks at the schedule and changes it: of all workers, when it is kept in Postgres.</summary>
internal sealed class JobControl(ISchedulerFactory schedulers, CurrentWatchList watchList, IBarStore store) : IJobControl
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ScheduledJob>> ListAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        var held = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        // Of all workers on one database: a firing stands there while it goes on.
        var firings = await scheduler.QueryFireInstances(new FireInstanceQuery(), cancellationToken).ConfigureAwait(false);
        var running = firings.Items.Where(firing => firing.JobKey is not null)
            .GroupBy(firing => firing.JobKey!).ToDictionary(same => same.Key, same => same.MinBy(firing => firing.FireTimeUtc)!);
        var jobs = new List<ScheduledJob>();
        foreach (var key in await scheduler.GetJobKeys(GroupMatcher<JobKey>.AnyGroup(), cancellationToken).ConfigureAwait(false))
        {
            var job = await DescribeAsync(scheduler, key, held, cancellationToken).ConfigureAwait(false);
            jobs.Add(running.TryGetValue(key, out var firing)
                ? job with { RunningSinceMs = firing.FireTimeUtc.ToUnixTimeMilliseconds(), Progress = firing.Progress / 100.0 }
                : job);
        }

        return [.. jobs.OrderBy(job => job.Name, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public Task<bool> RunAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(name, (scheduler, key) => scheduler.TriggerJob(key, cancellationToken: cancellationToken).AsTask(), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> PauseAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(name, (scheduler, key) => scheduler.PauseJob(key, cancellationToken).AsTask(), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> ResumeAsync(string name, CancellationToken cancellationToken) =>
        ChangeAsync(name, (scheduler, key) => scheduler.ResumeJob(key, cancellationToken).AsTask(), cancellationToken);

    private async Task<bool> ChangeAsync(string name, Func<IScheduler, JobKey, Task> change, CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        if (JobNames.KeyOf(name) is not { } key || await scheduler.GetJobDetail(key, cancellationToken).ConfigureAwait(false) is null)
            return false;
        await change(scheduler, key).ConfigureAwait(false);
        return true;
    }

    private async Task<ScheduledJob> DescribeAsync(IScheduler scheduler, JobKey key, IReadOnlyList<SeriesInfo> held, CancellationToken cancellationToken)
    {
        var trigger = await scheduler.GetTrigger(new TriggerKey(key.Name, key.Group), cancellationToken).ConfigureAwait(false);
        var isPaused = trigger is not null && await scheduler.GetTriggerState(trigger.Key, cancellationToken).ConfigureAwait(false) == TriggerState.Paused;
        return new ScheduledJob(
            JobNames.Of(key), (trigger as ICronTrigger)?.CronExpressionString, isPaused,
            isPaused ? null : trigger?.NextFireTimeUtc?.ToUnixTimeMilliseconds(), SeriesOf(key, held));
    }

    private IReadOnlyList<Series> SeriesOf(JobKey key, IReadOnlyList<SeriesInfo> held)
    {
        var watched = watchList.Value;
        foreach (var (source, timeframe) in watched.Keys)
        {
            if (key.Equals(IngestJob.KeyOf(source, timeframe)))
                return watched.Known(source, timeframe, held);
        }

        return [];
    }
}
