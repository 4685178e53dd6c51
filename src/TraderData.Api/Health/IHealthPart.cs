namespace TraderData.Api;

/// <summary>How a part of the service fares.</summary>
public enum PartStatus
{
    /// <summary>It does its work.</summary>
    Ok,

    /// <summary>Something of it does not work, and the service answers nevertheless.</summary>
    Degraded,

    /// <summary>It does not work.</summary>
    Failed,
}

/// <summary>What <c>/ready</c> says of a part.</summary>
/// <param name="Name">Which: <c>database</c>, <c>source:binance</c>.</param>
/// <param name="Status">How it fares.</param>
/// <param name="Reason">Why it is not well, without secrets; null when it is.</param>
/// <param name="Remedy">What a person does about it; null when nothing is to be done.</param>
public sealed record PartHealth(string Name, PartStatus Status, string? Reason = null, string? Remedy = null)
{
    /// <summary>A part that is well.</summary>
    public static PartHealth Ok(string name) => new(name, PartStatus.Ok);

    /// <summary>A part of which something does not work.</summary>
    public static PartHealth Degraded(string name, string reason, string? remedy) => new(name, PartStatus.Degraded, reason, remedy);
}

/// <summary>
/// A part, or some of a kind, that <c>/ready</c> tells of. It makes nobody unready: that is for an <see cref="IReadinessCheck"/>. Further ones are added with
/// <c>services.AddSingleton&lt;IHealthPart, …&gt;()</c>.
/// </summary>
public interface IHealthPart
{
    /// <summary>What is looked at, for when it does not answer: <c>database</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Looks. Any exception says that the part fails; of a <see cref="Core.StorageException"/> the message is shown, of others only that looking failed. After two seconds it counts as failed.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the answer is no longer awaited.</param>
    /// <returns>The part, or each of its kind; none when the program has none.</returns>
    Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken);
}
