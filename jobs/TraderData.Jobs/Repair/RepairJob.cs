using Quartz;

namespace TraderData.Jobs;

/// <summary>Runs a repair of every series.</summary>
[DisallowConcurrentExecution]
internal sealed class RepairJob(Repair repair) : IJob
{
    public static readonly JobKey Key = new("repair", "repair");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var report = await repair.RunAsync(new RepairRequest(), cancellationToken).ConfigureAwait(false);
        SeriesFailures.Throw([.. report.Series.Select(s => s.Fetch).OfType<SeriesReport>()]);
    }
}
