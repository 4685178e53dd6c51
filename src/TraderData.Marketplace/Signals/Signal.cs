using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>What a model says of a bar, or what models together say of it.</summary>
/// <param name="Owner">Whose it is: the vendor's owner.</param>
/// <param name="ModelId">Which model; empty for a consensus.</param>
/// <param name="Symbol">The symbol.</param>
/// <param name="Timeframe">How long the bar is, as sent.</param>
/// <param name="BarTs">The bar, UTC.</param>
/// <param name="Decision"><c>BUY</c>, <c>SELL</c>, <c>HOLD</c> or <c>NEUTRAL</c>, as sent.</param>
/// <param name="Confidence">From 0 to 1, with the digits that were sent.</param>
/// <param name="EventTime">When it was said, UTC: of two for one key the later one stays, of equal ones the one that came later.</param>
/// <param name="VendorId">Whose token sent it.</param>
/// <param name="DeploymentId">The deployment whose token sent it; null when it was the vendor's key.</param>
public sealed record Signal(
    string Owner, string ModelId, string Symbol, string Timeframe, DateTime BarTs, string Decision, decimal Confidence, DateTime EventTime, string VendorId, string? DeploymentId)
{
    /// <summary>Of what a consensus is made, as sent; null for a signal.</summary>
    public JsonElement? Contributors { get; init; }

    /// <summary>What else was said, as sent; null for nothing.</summary>
    public JsonElement? Meta { get; init; }
}

/// <summary>Which of the two it is.</summary>
public enum SignalKind
{
    /// <summary>For <c>ml.signals_latest</c>.</summary>
    Signal,

    /// <summary>For <c>ml.consensus_latest</c>.</summary>
    Consensus,
}

/// <summary>What one request sent.</summary>
/// <param name="Kind">Which table they are for.</param>
/// <param name="Principal">Whose idempotency keys are looked at: the deployment's or the vendor's id.</param>
/// <param name="IdempotencyKey">The request's key; null when it has none.</param>
/// <param name="Signals">In the order in which they were sent.</param>
/// <param name="ReceivedAt">When they came, by our clock, UTC.</param>
public sealed record SignalBatch(SignalKind Kind, string Principal, string? IdempotencyKey, IReadOnlyList<Signal> Signals, DateTime ReceivedAt)
{
    /// <summary>How many signals a request may have.</summary>
    public const int MaxSignals = 1_000;

    /// <summary>How long a request's key is remembered.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromDays(30);
}

/// <summary>What became of a batch.</summary>
/// <param name="Stored">How many signals are kept, in their table or in the outbox; of a replay what was answered first.</param>
/// <param name="IsReplay">True when the key was known, so that nothing was done.</param>
public readonly record struct SignalReceipt(int Stored, bool IsReplay);

/// <summary>What draining the outbox did.</summary>
/// <param name="Stored">Rows that went into their table.</param>
/// <param name="Failed">Rows that their table refused and that are tried again.</param>
/// <param name="Parked">Rows that were refused for the last time.</param>
public readonly record struct DrainResult(int Stored, int Failed, int Parked);

/// <summary>How many rows are in the outbox.</summary>
/// <param name="Waiting">Rows that are tried.</param>
/// <param name="Parked">Rows that wait for a person.</param>
public readonly record struct OutboxDepth(long Waiting, long Parked);

/// <summary>A row of the outbox.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Attempts">How often its table refused it.</param>
/// <param name="CreatedAt">When it came, UTC.</param>
/// <param name="Error">Why it was refused last; null when it was not.</param>
/// <param name="ParkedAt">When it was refused for the last time, UTC; null while it is tried.</param>
public sealed record OutboxRow(long Id, SignalKind Kind, int Attempts, DateTime CreatedAt, string? Error, DateTime? ParkedAt);
