namespace TraderData.Marketplace;

/// <summary>Where training runs run.</summary>
public sealed class TrainingOptions
{
    /// <summary>What a run says of itself while no provider is connected.</summary>
    public const string NoProvider = "no training provider is connected to this service: the run stays queued until one is, or until it is stopped";

    /// <summary>The provider that new runs name.</summary>
    public string Provider { get; init; } = "runpod";

    /// <summary>What a new run says of itself; null for nothing.</summary>
    public string? QueuedNote { get; init; } = NoProvider;
}
