using Quartz;

namespace TraderData.Jobs;

/// <summary>Which jobs a process has, and where their schedule is kept.</summary>
public sealed class JobsOptions
{
    /// <summary>The default of <see cref="MaxConcurrentJobs"/>: every timeframe of one source may run at once.</summary>
    public const int DefaultMaxConcurrentJobs = 8;

    /// <summary>The default of <see cref="RereadCron"/>: when sessions in New York are over in winter, too, those behind the regular one included.</summary>
    public const string DefaultRereadCron = "0 15 1 * * ?";

    /// <summary>The default of <see cref="SealCron"/>: when the day's last bars have settled.</summary>
    public const string DefaultSealCron = "0 20 0 * * ?";

    /// <summary>The default of <see cref="PruneCron"/>: behind the seal.</summary>
    public const string DefaultPruneCron = "0 50 0 * * ?";

    /// <summary>The default of <see cref="RepairCron"/>: a failed range is due again after minutes or hours; each look reads what was not asked for twice.</summary>
    public const string DefaultRepairCron = "0 10 0/4 * * ?";

    /// <summary>The default of <see cref="CrossCheckCron"/>: when yesterday was read again.</summary>
    public const string DefaultCrossCheckCron = "0 15 2 * * ?";

    /// <summary>The default of <see cref="CrossCheckSeries"/>: some sixty requests a day.</summary>
    public const int DefaultCrossCheckSeries = 20;

    /// <summary>The default of <see cref="DrainOutboxCron"/>: what its table could not take at once is there within half a minute.</summary>
    public const string DefaultDrainOutboxCron = "0/30 * * * * ?";

    /// <summary>The default of <see cref="AdvanceCron"/>: a vendor waits no longer than half a minute for anything.</summary>
    public const string DefaultAdvanceCron = "15/30 * * * * ?";

    /// <summary>An Npgsql connection string of the database that workers share; null to keep the schedule in memory, for one process alone.</summary>
    public string? ConnectionString { get; init; }

    /// <summary>True to run jobs; false for a process that only submits them to workers.</summary>
    public bool RunJobs { get; init; } = true;

    /// <summary>Which series are kept up to date.</summary>
    public WatchListOptions WatchList { get; init; } = new();

    /// <summary>How backfills run.</summary>
    public BackfillOptions Backfill { get; init; } = new();

    /// <summary>How series of the watch list are kept up to date.</summary>
    public IngestOptions Ingest { get; init; } = new();

    /// <summary>Which round is cut on a schedule, and when. The container must hold a <see cref="Rounds.RoundDesk"/> and <see cref="Rounds.IRounds"/> where one is.</summary>
    public BuildRoundOptions BuildRound { get; init; } = new();

    /// <summary>Which series are exported for Lona on a schedule, and when. The container must hold a <see cref="Exports.LonaExport"/> and an <c>IFileStore</c> where one is; with a <see cref="Exports.LonaGateway"/> they are uploaded.</summary>
    public ExportLonaOptions ExportLona { get; init; } = new();

    /// <summary>When repair asks a source again.</summary>
    public RepairOptions Repair { get; init; } = new();

    /// <summary>How what is watched is followed over streams.</summary>
    public StreamingOptions Streams { get; init; } = new();

    /// <summary>When repair looks for what is due, a Quartz cron expression in UTC.</summary>
    public string RepairCron { get; init; } = DefaultRepairCron;

    /// <summary>How many jobs run at a time in this process, 1 to 100.</summary>
    public int MaxConcurrentJobs { get; init; } = DefaultMaxConcurrentJobs;

    /// <summary>When yesterday's bars of what is watched are read again, a Quartz cron expression in UTC.</summary>
    public string RereadCron { get; init; } = DefaultRereadCron;

    /// <summary>When closed partitions are folded into the lake, a Quartz cron expression in UTC. Without a registered <see cref="ISealer"/> nothing is.</summary>
    public string SealCron { get; init; } = DefaultSealCron;

    /// <summary>When bars behind the hot window are dropped from the hot tier, a Quartz cron expression in UTC. Without a registered <see cref="IPruner"/> none are.</summary>
    public string PruneCron { get; init; } = DefaultPruneCron;

    /// <summary>When the outbox of signals is drained, a Quartz cron expression in UTC. Without a registered <see cref="Marketplace.IOutbox"/> it is not.</summary>
    public string DrainOutboxCron { get; init; } = DefaultDrainOutboxCron;

    /// <summary>
    /// When training runs and pods of deployments are advanced, a Quartz cron expression in UTC. Without <see cref="JobsServices.AddTraderDataTraining"/> and
    /// <see cref="JobsServices.AddTraderDataPods"/> they are not.
    /// </summary>
    public string AdvanceCron { get; init; } = DefaultAdvanceCron;

    /// <summary>When the sample of the day is cross-checked, a Quartz cron expression in UTC.</summary>
    public string CrossCheckCron { get; init; } = DefaultCrossCheckCron;

    /// <summary>How many series are cross-checked a day, 0 (none) to 1,000.</summary>
    public int CrossCheckSeries { get; init; } = DefaultCrossCheckSeries;

    /// <summary>Replaces the time of each ingest, so that a test need not wait for a minute to close.</summary>
    internal string? IngestCron { get; init; }

    /// <summary>How long after a failure a job is tried again for the first time, so that a test need not wait for a minute.</summary>
    internal TimeSpan FirstRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Has a last word on the scheduler, so that a test can watch it.</summary>
    internal Action<IQuartzBuilder> Configure { get; init; } = _ => { };

    /// <summary>Tells everything that is wrong with these settings.</summary>
    /// <returns>One message for each fault, with the value in it; empty when nothing is wrong.</returns>
    public IReadOnlyList<string> Check()
    {
        _ = Jobs.WatchList.Parse(WatchList.Entries, out var faults);
        var all = new List<string>([.. faults, .. Backfill.Check(), .. Ingest.Check(), .. Repair.Check(), .. Streams.Check(), .. BuildRound.Check(), .. ExportLona.Check()]);
        if (MaxConcurrentJobs is < 1 or > 100)
            all.Add($"concurrent jobs must be 1 to 100, was {MaxConcurrentJobs}");
        if (!CronExpression.TryParse(RereadCron, out _))
            all.Add($"reread cron must be a Quartz cron expression such as {DefaultRereadCron}, was '{RereadCron}'");
        if (!CronExpression.TryParse(RepairCron, out _))
            all.Add($"repair cron must be a Quartz cron expression such as {DefaultRepairCron}, was '{RepairCron}'");
        if (CrossCheckSeries is < 0 or > 1_000)
            all.Add($"cross-checked series must be 0 (none) to 1000, was {CrossCheckSeries}");
        if (!CronExpression.TryParse(CrossCheckCron, out _))
            all.Add($"cross-check cron must be a Quartz cron expression such as {DefaultCrossCheckCron}, was '{CrossCheckCron}'");
        if (!CronExpression.TryParse(SealCron, out _))
            all.Add($"seal cron must be a Quartz cron expression such as {DefaultSealCron}, was '{SealCron}'");
        if (!CronExpression.TryParse(PruneCron, out _))
            all.Add($"prune cron must be a Quartz cron expression such as {DefaultPruneCron}, was '{PruneCron}'");
        if (!CronExpression.TryParse(DrainOutboxCron, out _))
            all.Add($"drain-outbox cron must be a Quartz cron expression such as {DefaultDrainOutboxCron}, was '{DrainOutboxCron}'");
        if (!CronExpression.TryParse(AdvanceCron, out _))
            all.Add($"advance cron must be a Quartz cron expression such as {DefaultAdvanceCron}, was '{AdvanceCron}'");
        return all;
    }
}
