namespace TraderData.Marketplace;

/// <summary>How the marketplace keeps secrets. Holds one: never to be logged.</summary>
public sealed class MarketplaceOptions
{
    /// <summary>The shortest pepper, in characters.</summary>
    public const int LeastPepperLength = 32;

    /// <summary>The default of <see cref="InfraTokenLifetime"/>: a quarter; a deployment is linked again before.</summary>
    public static readonly TimeSpan DefaultInfraTokenLifetime = TimeSpan.FromDays(90);

    /// <summary>The secret under which tokens are hashed. Who changes it makes all of them worthless.</summary>
    public required string Pepper { get; init; }

    /// <summary>How long a deployment's token counts.</summary>
    public TimeSpan InfraTokenLifetime { get; init; } = DefaultInfraTokenLifetime;

    /// <summary>Tells all that is wrong; empty when nothing is. Holds no part of the pepper.</summary>
    public IReadOnlyList<string> FindFaults()
    {
        var faults = new List<string>();
        if (Pepper.Length < LeastPepperLength)
            faults.Add($"INFRA_TOKEN_PEPPER must have at least {LeastPepperLength} characters, has {Pepper.Length}: set it to a random text, as from openssl rand -base64 48");
        if (InfraTokenLifetime <= TimeSpan.Zero)
            faults.Add($"the lifetime of infra tokens must be positive, was {InfraTokenLifetime}");
        return faults;
    }
}
