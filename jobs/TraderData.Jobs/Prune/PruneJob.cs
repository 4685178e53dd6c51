using Microsoft.Extensions.Logging;
using Quartz;

namespace TraderData.Jobs;

/// <summary>Runs the pruner of this process.</summary>
[DisallowConcurrentExecution]
internal sealed class PruneJob(IPruner pruner, ILogger<PruneJob> logger) : IJob
{
    public static readonly JobKey Key = new("prune", "prune");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        logger.PruneDone(await pruner.PruneAsync(cancellationToken).ConfigureAwait(false));
}
