namespace TraderData.Marketplace;

/// <summary>Machines on which deployments run, of one account. Every member throws <see cref="ProviderException"/> and may be called from any thread.</summary>
public interface IPods
{
    /// <summary>The pod of a name that is not gone.</summary>
    /// <returns>Null when there is none.</returns>
    Task<Pod?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>Makes a pod. Not to be repeated before <see cref="FindAsync"/> found none: a second call is a second pod, paid for as well.</summary>
    Task<Pod> CreateAsync(PodOrder order, CancellationToken cancellationToken);

    /// <summary>A pod.</summary>
    /// <returns>Null when it is gone.</returns>
    Task<Pod?> LookAsync(string id, CancellationToken cancellationToken);

    /// <summary>Removes a pod with all that is on it. Can be repeated.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Asks whether pods can be seen as this is set up.</summary>
    /// <returns>What there is, for people.</returns>
    Task<string> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>How a pod fares.</summary>
public enum PodState
{
    /// <summary>It is being made.</summary>
    Starting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>Its container ended, or cannot be run.</summary>
    Failed,

    /// <summary>It was removed.</summary>
    Gone,

    /// <summary>Something that is not known here.</summary>
    Unknown,
}

/// <summary>A pod.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">How it fares.</param>
public sealed record Pod(string Id, string Name, PodState State);

/// <summary>A pod that is to be made. Holds a token: never to be logged.</summary>
/// <param name="name">Its name.</param>
/// <param name="deployment">What it is for.</param>
/// <param name="environment">Its environment variables.</param>
public sealed class PodOrder(string name, Deployment deployment, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>What it is for.</summary>
    public Deployment Deployment { get; } = deployment;

    /// <summary>Its environment variables.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = environment;

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
