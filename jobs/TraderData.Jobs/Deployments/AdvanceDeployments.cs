using Microsoft.Extensions.Logging;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>
/// Makes pods for deployments, follows them, and removes those of deployments that are not to run any more. A pod has its deployment's id for a name, so that whoever goes on behind a crash finds it. Pods that
/// vendors made themselves are not touched.
/// </summary>
internal sealed class AdvanceDeployments(IMarketplaceStore store, IPods pods, PodMaker maker, TimeProvider time, ILogger<AdvanceDeployments> logger)
{
    private readonly Turn _turn = new(logger);

    private DateTime Now => MarketplaceTime.Now(time);

    /// <summary>Does what is to be done now.</summary>
    /// <exception cref="StorageException">The store cannot be reached, or refuses.</exception>
    public async Task<TurnReport> RunAsync(CancellationToken cancellationToken)
    {
        var all = await store.ListPodDeploymentsAsync(cancellationToken).ConfigureAwait(false);
        return await _turn.RunAsync(all, deployment => deployment.Id, AdvanceAsync, cancellationToken).ConfigureAwait(false);
    }

    private Task AdvanceAsync(Deployment deployment, CancellationToken cancellationToken) => deployment switch
    {
        { PodId: { } id, Status: Deployment.OfflineStatus } => RemoveAsync(deployment, id, cancellationToken),
        { PodId: { } id } => FollowAsync(deployment, id, cancellationToken),
        // Whoever claimed it may be at it still.
        { PodClaimedAt: { } since } when Now - since < RunTimes.ClaimPatience => Task.CompletedTask,
        _ => maker.MakeAsync(deployment, cancellationToken),
    };

    private async Task FollowAsync(Deployment deployment, string id, CancellationToken cancellationToken)
    {
        var pod = await pods.LookAsync(id, cancellationToken).ConfigureAwait(false);
        if (pod is null)
        {
            await EndAsync(deployment, id, cancellationToken).ConfigureAwait(false);
            return;
        }

        var status = StatusOf(deployment.Status, pod.State);
        if (status != deployment.Status)
        {
            // Unless its vendor set another one meanwhile.
            await store.ChangePodAsync(
                deployment.Id, held => held.PodId == id && held.Status == deployment.Status ? held with { Status = status, UpdatedAt = Now } : held, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(Deployment deployment, string id, CancellationToken cancellationToken)
    {
        await pods.DeleteAsync(id, cancellationToken).ConfigureAwait(false);
        if (await pods.LookAsync(id, cancellationToken).ConfigureAwait(false) is null)
            await EndAsync(deployment, id, cancellationToken).ConfigureAwait(false);
    }

    private async Task EndAsync(Deployment deployment, string id, CancellationToken cancellationToken)
    {
        await store.ChangePodAsync(
            deployment.Id, held => held.PodId == id ? held with { Status = Deployment.OfflineStatus, PodDoneAt = Now, UpdatedAt = Now } : held, cancellationToken).ConfigureAwait(false);
        logger.PodGone(id, deployment.Id);
    }

    // What a vendor says of its deployment otherwise, as maintenance, stays.
    private static string StatusOf(string status, PodState state) => (status, state) switch
    {
        (Deployment.FirstStatus or Deployment.ErrorStatus, PodState.Running) => Deployment.ReadyStatus,
        (_, PodState.Failed) => Deployment.ErrorStatus,
        _ => status,
    };
}
