using Microsoft.Extensions.Logging;
using Quartz;

namespace TraderData.Jobs;

/// <summary>Runs the sealer of this process.</summary>
[DisallowConcurrentExecution]
internal sealed class SealJob(ISealer sealer, ILogger<SealJob> logger) : IJob
{
    public static readonly JobKey Key = new("seal", "seal");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        logger.SealDone(await sealer.SealAllAsync(cancellationToken).ConfigureAwait(false));
}
