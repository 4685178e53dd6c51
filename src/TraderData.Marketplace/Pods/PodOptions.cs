namespace TraderData.Marketplace;

/// <summary>What pods are told of this service.</summary>
public sealed class PodOptions
{
    /// <summary>Where the service is reached from a pod.</summary>
    public required Uri PublicUrl { get; init; }
}
