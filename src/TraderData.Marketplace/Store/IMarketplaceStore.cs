using TraderData.Core;

namespace TraderData.Marketplace;

/// <summary>
/// Everything that the marketplace keeps. Every write can be repeated, is whole or not there at all, and is on the disk when its call returns. What one process writes another sees with
/// its next call. Every method throws <see cref="StorageException"/> when the store cannot be reached, refuses or is damaged.
/// </summary>
public interface IMarketplaceStore : IOutbox
{
    /// <summary>Adds a vendor with its user and its first key.</summary>
    /// <returns>False when the owner is another vendor's; then nothing was added.</returns>
    Task<bool> AddVendorAsync(Vendor vendor, Token key, CancellationToken cancellationToken);

    /// <summary>All vendors, by id.</summary>
    Task<IReadOnlyList<Vendor>> ListVendorsAsync(CancellationToken cancellationToken);

    /// <summary>Adds a token of a vendor that is there.</summary>
    Task AddTokenAsync(Token token, CancellationToken cancellationToken);

    /// <summary>The token of a hash with its vendor, whatever became of it; null when there is none.</summary>
    Task<Principal?> FindTokenAsync(string hash, CancellationToken cancellationToken);

    /// <summary>All tokens, by id, which is by age.</summary>
    Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellationToken);

    /// <summary>Revokes a token.</summary>
    /// <returns>False when there is none of that id, or it was revoked before.</returns>
    Task<bool> RevokeTokenAsync(string id, DateTime now, CancellationToken cancellationToken);

    /// <summary>Revokes one token and adds another, both or neither.</summary>
    /// <returns>False when the first one was revoked before; then nothing was added.</returns>
    Task<bool> RedeemAsync(string id, Token instead, CancellationToken cancellationToken);

    /// <summary>Adds a deployment with its first token.</summary>
    Task AddDeploymentAsync(Deployment deployment, Token token, CancellationToken cancellationToken);

    /// <summary>A deployment; null when there is none of that id.</summary>
    Task<Deployment?> FindDeploymentAsync(string id, CancellationToken cancellationToken);

    /// <summary>Changes a deployment.</summary>
    /// <returns>What it is then; null when there is none of that id.</returns>
    Task<Deployment?> ChangeDeploymentAsync(string id, DeploymentChange change, DateTime now, CancellationToken cancellationToken);

    /// <summary>
    /// Deployments whose pods are ours to see to, the oldest first: those that wait for one (<c>pending</c> at <c>runpod</c> with no <see cref="Deployment.RunpodId"/>), and those whose pod was begun and is
    /// not gone.
    /// </summary>
    Task<IReadOnlyList<Deployment>> ListPodDeploymentsAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Changes what is known of a deployment's pod: <see cref="Deployment.RunpodId"/>, <see cref="Deployment.Status"/>, <see cref="Deployment.PodClaimedAt"/>, <see cref="Deployment.PodId"/>,
    /// <see cref="Deployment.PodDoneAt"/> and <see cref="Deployment.UpdatedAt"/>; everything else stays as it is. Of two changes at once one comes behind the other.
    /// </summary>
    /// <returns>What it is then; null when there is none of that id.</returns>
    Task<Deployment?> ChangePodAsync(string id, Func<Deployment, Deployment> change, CancellationToken cancellationToken);

    /// <summary>Adds a model, or replaces it: its time of creation and its stage stay as they were.</summary>
    Task SaveModelAsync(Model model, CancellationToken cancellationToken);

    /// <summary>All models with how they fare, by id.</summary>
    Task<IReadOnlyList<CatalogEntry>> ReadCatalogAsync(CancellationToken cancellationToken);

    /// <summary>Keeps what a deployment told, in place of what it told before.</summary>
    Task SaveHeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken);

    /// <summary>What a deployment told last; null when it told nothing.</summary>
    Task<Heartbeat?> FindHeartbeatAsync(string deploymentId, CancellationToken cancellationToken);

    /// <summary>Adds a training run.</summary>
    Task AddRunAsync(TrainingRun run, CancellationToken cancellationToken);

    /// <summary>A training run; null when there is none of that id.</summary>
    Task<TrainingRun?> FindRunAsync(string id, CancellationToken cancellationToken);

    /// <summary>Training runs that are not over, the oldest first.</summary>
    Task<IReadOnlyList<TrainingRun>> ListOpenRunsAsync(CancellationToken cancellationToken);

    /// <summary>Replaces a training run that is not over; one that is stays as it is. Of two changes at once one comes behind the other.</summary>
    /// <returns>What it is then; null when there is none of that id.</returns>
    Task<TrainingRun?> ChangeRunAsync(string id, Func<TrainingRun, TrainingRun> change, CancellationToken cancellationToken);

    /// <summary>Training runs that are over and of which their provider may have something to stop, the oldest first.</summary>
    Task<IReadOnlyList<TrainingRun>> ListRunsToStopAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Changes what is known of a training run at its provider, whether it is over or not: <see cref="TrainingRun.ProviderId"/>, <see cref="TrainingRun.SubmittedAt"/>,
    /// <see cref="TrainingRun.WithdrawnAt"/>, <see cref="TrainingRun.ProviderDoneAt"/> and <see cref="TrainingRun.Note"/>; everything else stays as it is. Of two changes at once one comes behind the other.
    /// </summary>
    /// <returns>What it is then; null when there is none of that id.</returns>
    Task<TrainingRun?> ChangeProviderAsync(string id, Func<TrainingRun, TrainingRun> change, CancellationToken cancellationToken);

    /// <summary>Takes signals, with the key of their request: into their table when that takes them at once, into the outbox otherwise.</summary>
    Task<SignalReceipt> AcceptAsync(SignalBatch batch, CancellationToken cancellationToken);

    /// <summary>The outbox, the oldest rows first, parked ones among them.</summary>
    Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(int max, CancellationToken cancellationToken);

    /// <summary>How many rows are in the outbox.</summary>
    Task<OutboxDepth> CountOutboxAsync(CancellationToken cancellationToken);

    /// <summary>What is stored for an owner, by model, symbol, timeframe and bar.</summary>
    Task<IReadOnlyList<Signal>> ListSignalsAsync(SignalKind kind, string owner, CancellationToken cancellationToken);
}
