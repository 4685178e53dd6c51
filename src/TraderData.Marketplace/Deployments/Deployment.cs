namespace TraderData.Marketplace;

/// <summary>A vendor's model that runs somewhere.</summary>
/// <param name="Id">Its id: <c>dep_…</c>.</param>
/// <param name="VendorId">Whose it is.</param>
/// <param name="Name">Its name, for people.</param>
/// <param name="Provider">Where it runs, as the vendor says: <c>runpod</c>, <c>byoc</c>.</param>
/// <param name="Cpu">How much processor it asked for, as the vendor says.</param>
/// <param name="Memory">How much memory it asked for, as the vendor says.</param>
/// <param name="Gpu">Which GPU; null for none.</param>
/// <param name="Image">Its container image.</param>
/// <param name="Status">How it fares, as the vendor says: <c>pending</c> at first.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="UpdatedAt">When it was changed, UTC.</param>
public sealed record Deployment(
    string Id, string VendorId, string Name, string Provider, string? Cpu, string? Memory, string? Gpu, string Image, string Status, DateTime CreatedAt, DateTime UpdatedAt)
{
    /// <summary>The status that a deployment begins with.</summary>
    public const string FirstStatus = "pending";

    /// <summary>The status of one that runs.</summary>
    public const string ReadyStatus = "ready";

    /// <summary>The status of one that ended, or cannot be run.</summary>
    public const string ErrorStatus = "error";

    /// <summary>The status of one that is not to run any more.</summary>
    public const string OfflineStatus = "offline";

    /// <summary>The provider whose pods this service can make.</summary>
    public const string PodProvider = "runpod";

    /// <summary>Its id at RunPod; null when it has none.</summary>
    public string? RunpodId { get; init; }

    /// <summary>Where it takes signals; null while it is not linked.</summary>
    public string? SignalsUrl { get; init; }

    /// <summary>Where it takes consensus; null while it is not linked.</summary>
    public string? ConsensusUrl { get; init; }

    /// <summary>When this service took it upon itself to make a pod for it, UTC; null when it did not, and its pod, if any, is somebody else's.</summary>
    public DateTime? PodClaimedAt { get; init; }

    /// <summary>The pod that this service made, whatever <see cref="RunpodId"/> says; null while it has none. No other one is touched.</summary>
    public string? PodId { get; init; }

    /// <summary>When that pod was gone, UTC; null before.</summary>
    public DateTime? PodDoneAt { get; init; }

    /// <summary>True when its pod is ours to see to.</summary>
    internal bool IsPodToSeeTo => PodClaimedAt is null ? Provider == PodProvider && RunpodId is null && Status == FirstStatus : PodDoneAt is null;

    /// <summary>This deployment with what another version of it says of its pod and status.</summary>
    internal Deployment TakePod(Deployment from) => this with
    {
        RunpodId = from.RunpodId,
        Status = from.Status,
        PodClaimedAt = from.PodClaimedAt,
        PodId = from.PodId,
        PodDoneAt = from.PodDoneAt,
        UpdatedAt = from.UpdatedAt,
    };
}

/// <summary>What changes of a deployment; null for what stays.</summary>
public sealed record DeploymentChange(string? RunpodId = null, string? Status = null, string? SignalsUrl = null, string? ConsensusUrl = null)
{
    /// <summary>The deployment as it is behind the change.</summary>
    public Deployment Apply(Deployment deployment, DateTime now)
    {
        ArgumentNullException.ThrowIfNull(deployment);
        return deployment with
        {
            RunpodId = RunpodId ?? deployment.RunpodId,
            Status = Status ?? deployment.Status,
            SignalsUrl = SignalsUrl ?? deployment.SignalsUrl,
            ConsensusUrl = ConsensusUrl ?? deployment.ConsensusUrl,
            UpdatedAt = now,
        };
    }
}
