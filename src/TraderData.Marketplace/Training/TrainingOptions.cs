namespace TraderData.Marketplace;

/// <summary>Where training runs run.</summary>
public sealed class TrainingOptions
{
    /// <summary>What a run says of itself while no provider is connected.</summary>
    public const string NoProvider = "no training provider is connected to this service: the run stays queued until one is, or until it is stopped";

    /// <summary>What a run says of itself before it was handed to its provider.</summary>
    public const string Waits = "it waits for its turn to be handed to the training provider";

    /// <summary>The most that an hour may cost, in USD: more is a slip of the hand.</summary>
    public const decimal MaxCostPerHourUsd = 10_000;

    /// <summary>The provider that new runs name.</summary>
    public string Provider { get; init; } = "runpod";

    /// <summary>What a new run says of itself; null for nothing.</summary>
    public string? QueuedNote { get; init; } = NoProvider;

    /// <summary>What an hour costs at the provider, in USD, for budgets in USD; 0 when that is not known, and such budgets bound nothing.</summary>
    public decimal CostPerHourUsd { get; init; }

    /// <summary>What links to files that the service serves itself begin with; null when that is not known.</summary>
    public Uri? PublicUrl { get; init; }
}
