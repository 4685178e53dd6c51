using Quartz;

namespace TraderData.Jobs;

/// <summary>Runs a turn of <see cref="AdvanceDeployments"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class AdvanceDeploymentsJob(AdvanceDeployments deployments) : IJob
{
    public static readonly JobKey Key = new("advance-deployments", "advance-deployments");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        TurnFaults.Throw(await deployments.RunAsync(cancellationToken).ConfigureAwait(false), "deployments");
}
