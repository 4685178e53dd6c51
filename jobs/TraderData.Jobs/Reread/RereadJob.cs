using Quartz;

namespace TraderData.Jobs;

/// <summary>Reads yesterday again.</summary>
[DisallowConcurrentExecution]
internal sealed class RereadJob(Reread reread) : IJob
{
    public static readonly JobKey Key = new("reread", "reread");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        SeriesFailures.Throw([.. (await reread.RunAsync(cancellationToken).ConfigureAwait(false)).SelectMany(report => report.Series)]);
}
