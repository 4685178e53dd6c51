using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;
using TraderData.Connectors;

namespace TraderData.Jobs;

/// <summary>
/// Makes the schedule what the watch list says, when a worker starts and when the list has changed. A trigger that is as it should be is left alone, so that a close that passed
/// while no worker ran is made up for; a changed one is replaced; one that is on the list no more is taken away.
/// </summary>
internal sealed class TriggerSync(
    ISchedulerFactory schedulers,
    JobsOptions options,
    CurrentWatchList watchList,
    IEnumerable<IMarketDataSource> sources,
    IEnumerable<ISealer> sealers,
    IEnumerable<IPruner> pruners,
    IEnumerable<IOutboxDrain> outboxes,
    ILogger<TriggerSync> logger) : IHostedService
{
    private const string CatchUpGroup = "catch-up";

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (watchList.Value.Check(sources).ToArray() is { Length: > 0 } faults)
            throw new OptionsValidationException(nameof(JobsOptions), typeof(JobsOptions), faults);
        await SyncIngestAsync(cancellationToken).ConfigureAwait(false);
        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        var repair = JobBuilder.Create<RepairJob>().WithIdentity(RepairJob.Key).RequestRecovery().Build();
        await ScheduleAsync(scheduler, repair, options.RepairCron, catchUp: false, cancellationToken).ConfigureAwait(false);
        if (options.CrossCheckSeries > 0)
        {
            var check = JobBuilder.Create<CrossCheckJob>().WithIdentity(CrossCheckJob.Key).RequestRecovery().Build();
            await ScheduleAsync(scheduler, check, options.CrossCheckCron, catchUp: false, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await UnscheduleAsync(scheduler, CrossCheckJob.Key, cancellationToken).ConfigureAwait(false);
        }

        if (sealers.Any())
        {
            var seal = JobBuilder.Create<SealJob>().WithIdentity(SealJob.Key).RequestRecovery().Build();
            await ScheduleAsync(scheduler, seal, options.SealCron, catchUp: false, cancellationToken).ConfigureAwait(false);
        }

        if (outboxes.Any())
        {
            var drain = JobBuilder.Create<DrainOutboxJob>().WithIdentity(DrainOutboxJob.Key).RequestRecovery().Build();
            await ScheduleAsync(scheduler, drain, options.DrainOutboxCron, catchUp: false, cancellationToken).ConfigureAwait(false);
        }

        if (pruners.Any())
        {
            var prune = JobBuilder.Create<PruneJob>().WithIdentity(PruneJob.Key).RequestRecovery().Build();
            await ScheduleAsync(scheduler, prune, options.PruneCron, catchUp: false, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // The window was taken away: what another worker scheduled for it must not go on.
            await UnscheduleAsync(scheduler, PruneJob.Key, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Schedules what keeps the watched series up to date, and takes away what nobody watches any more.</summary>
    public async Task SyncIngestAsync(CancellationToken cancellationToken)
    {
        var scheduler = await schedulers.GetScheduler(cancellationToken).ConfigureAwait(false);
        var (keys, list) = (watchList.Value.Keys.ToArray(), new SourceList(sources));
        await RemoveStaleAsync(scheduler, [.. keys.Select(k => IngestJob.KeyOf(k.Source, k.Timeframe))], cancellationToken).ConfigureAwait(false);
        foreach (var (source, timeframe) in keys)
        {
            var cron = options.IngestCron ?? IngestSchedule.CronOf(source, timeframe, list.Find(source)!.Settlement);
            await ScheduleAsync(scheduler, IngestJob.DetailOf(source, timeframe), cron, catchUp: true, cancellationToken).ConfigureAwait(false);
        }

        if (keys.Length > 0)
        {
            var reread = JobBuilder.Create<RereadJob>().WithIdentity(RereadJob.Key).RequestRecovery().Build();
            await ScheduleAsync(scheduler, reread, options.RereadCron, catchUp: false, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            // Nothing is watched any more.
            await UnscheduleAsync(scheduler, RereadJob.Key, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveStaleAsync(IScheduler scheduler, HashSet<JobKey> wanted, CancellationToken cancellationToken)
    {
        var held = await scheduler.GetJobKeys(GroupMatcher<JobKey>.GroupEquals(IngestJob.Group), cancellationToken).ConfigureAwait(false);
        foreach (var key in held.Where(k => !wanted.Contains(k)))
            await UnscheduleAsync(scheduler, key, cancellationToken).ConfigureAwait(false);
    }

    private async Task UnscheduleAsync(IScheduler scheduler, JobKey key, CancellationToken cancellationToken)
    {
        if (await scheduler.DeleteJob(key, cancellationToken).ConfigureAwait(false))
            logger.Unscheduled(key.ToString());
    }

    private async Task ScheduleAsync(IScheduler scheduler, IJobDetail job, string cron, bool catchUp, CancellationToken cancellationToken)
    {
        var key = new TriggerKey(job.Key.Name, job.Key.Group);
        var held = await scheduler.GetTrigger(key, cancellationToken).ConfigureAwait(false);
        if (held is ICronTrigger same && same.CronExpressionString == cron)
            return;
        var trigger = TriggerBuilder.Create()
            .WithIdentity(key)
            .ForJob(job)
            .WithSchedule(CronScheduleBuilder.Create(cron).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed))
            .Build();
        await scheduler.AddJob(job, AddJobOptions.ReplacingAndStoringNonDurable, cancellationToken).ConfigureAwait(false);

        // Of two workers that start together one makes the trigger, and the other keeps it: replaced, it might fire again for the same close.
        var conflict = held is null ? TriggerConflict.Keep : TriggerConflict.Replace;
        var result = await scheduler.ScheduleTrigger(trigger, conflict, cancellationToken).ConfigureAwait(false);
        logger.Scheduled(job.Key.ToString(), cron, result.NextFireTimeUtc);
        if (catchUp && result.Outcome == ScheduleOutcome.Created)
            await scheduler.ScheduleTrigger(CatchUp(job), TriggerConflict.Keep, cancellationToken).ConfigureAwait(false);
    }

    // What is new to the schedule is fetched at once: a daily bar must not wait for midnight.
    private static ITrigger CatchUp(IJobDetail job) =>
        TriggerBuilder.Create().WithIdentity(job.Key.ToString(), CatchUpGroup).ForJob(job).StartNow().Build();
}
