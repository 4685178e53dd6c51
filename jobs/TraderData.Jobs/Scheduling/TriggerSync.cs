using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Quartz;
using TraderData.Connectors;
using TraderData.Marketplace;

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
    IEnumerable<IOutbox> outboxes,
    IEnumerable<AdvanceTraining> training,
    IEnumerable<AdvanceDeployments> deployments,
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
        foreach (var (job, cron) in Housekeeping())
        {
            if (cron is null)
                await UnscheduleAsync(scheduler, job.Key, cancellationToken).ConfigureAwait(false);
            else
                await ScheduleAsync(scheduler, job, cron, catchUp: false, cancellationToken).ConfigureAwait(false);
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
            await ScheduleAsync(scheduler, DetailOf<RereadJob>(RereadJob.Key), options.RereadCron, catchUp: false, cancellationToken).ConfigureAwait(false);
        else
            await UnscheduleAsync(scheduler, RereadJob.Key, cancellationToken).ConfigureAwait(false);
    }

    // What is switched off has no time: what another worker scheduled for it must not go on.
    private (IJobDetail Job, string? Cron)[] Housekeeping() =>
    [
        (DetailOf<RepairJob>(RepairJob.Key), options.RepairCron),
        (DetailOf<CrossCheckJob>(CrossCheckJob.Key), options.CrossCheckSeries > 0 ? options.CrossCheckCron : null),
        (DetailOf<SealJob>(SealJob.Key), sealers.Any() ? options.SealCron : null),
        (DetailOf<PruneJob>(PruneJob.Key), pruners.Any() ? options.PruneCron : null),
        (DetailOf<DrainOutboxJob>(DrainOutboxJob.Key), outboxes.Any() ? options.DrainOutboxCron : null),
        (DetailOf<BuildRoundJob>(BuildRoundJob.Key), options.BuildRound.SpecFile is not null ? options.BuildRound.Cron : null),
        (DetailOf<ExportLonaJob>(ExportLonaJob.Key), options.ExportLona.Entries.Count > 0 ? options.ExportLona.Cron : null),
        (DetailOf<AdvanceTrainingJob>(AdvanceTrainingJob.Key), training.Any() ? options.AdvanceCron : null),
        (DetailOf<AdvanceDeploymentsJob>(AdvanceDeploymentsJob.Key), deployments.Any() ? options.AdvanceCron : null),
    ];

    private static IJobDetail DetailOf<T>(JobKey key)
        where T : IJob => JobBuilder.Create<T>().WithIdentity(key).RequestRecovery().Build();

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
