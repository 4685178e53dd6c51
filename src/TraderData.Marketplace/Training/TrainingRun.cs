using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>A training run as it was asked for and as it fares.</summary>
/// <param name="Id">Its id: <c>run_…</c>.</param>
/// <param name="VendorId">Whose it is.</param>
/// <param name="RoundId">The round that it trains on.</param>
/// <param name="Task">What it trains: <c>signal</c>, <c>consensus</c> or <c>optimizer</c>.</param>
/// <param name="Provider">Where it runs: <c>runpod</c> or <c>byoc</c>.</param>
/// <param name="Status">How it fares, of <see cref="RunStatus"/>.</param>
/// <param name="Spec">
/// What else was asked for, as sent: <c>hyperparams, hf_repo_id, output_format, wandb, budget</c>. Links are left out: they are minted again when the run starts.
/// May hold the vendor's own secrets: never given out.
/// </param>
/// <param name="Metrics">What was measured so far, an object.</param>
/// <param name="CreatedAt">When it was asked for, UTC.</param>
public sealed record TrainingRun(
    string Id, string VendorId, string RoundId, string Task, string Provider, string Status, JsonElement Spec, JsonElement Metrics, DateTime CreatedAt)
{
    /// <summary>When it began, UTC; null while it did not.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it did not.</summary>
    public DateTime? FinishedAt { get; init; }

    /// <summary>Its id at the provider; null while it has none.</summary>
    public string? ProviderId { get; init; }

    /// <summary>When somebody took it upon himself to hand it to the provider, UTC; null while nobody did. It is kept before anything is sent, so that a run is handed over once.</summary>
    public DateTime? SubmittedAt { get; init; }

    /// <summary>When the provider was to drop it, to be handed over again with links that last, UTC; null while it was not.</summary>
    public DateTime? WithdrawnAt { get; init; }

    /// <summary>From when the provider had nothing more of it to stop, UTC; null before, and while it never got there.</summary>
    public DateTime? ProviderDoneAt { get; init; }

    /// <summary>Where its log is; null when that is not known.</summary>
    public string? LogsUrl { get; init; }

    /// <summary>What it made (<c>hf_repo, tarball_url, commit</c>); null when that is not known.</summary>
    public JsonElement? Artifacts { get; init; }

    /// <summary>Why it is as it is, for people; null when there is nothing to say.</summary>
    public string? Note { get; init; }

    /// <summary>True when it neither waits nor runs any more.</summary>
    public bool IsOver => Status is RunStatus.Succeeded or RunStatus.Failed or RunStatus.Cancelled;

    /// <summary>True when it is over, and its provider may have something of it to stop.</summary>
    internal bool IsToStop => IsOver && SubmittedAt is not null && ProviderDoneAt is null;

    /// <summary>This run with what another version of it says of its provider.</summary>
    internal TrainingRun TakeProvider(TrainingRun from) => this with
    {
        ProviderId = from.ProviderId,
        SubmittedAt = from.SubmittedAt,
        WithdrawnAt = from.WithdrawnAt,
        ProviderDoneAt = from.ProviderDoneAt,
        Note = from.Note,
    };
}

/// <summary>How a training run may fare.</summary>
public static class RunStatus
{
    /// <summary>It waits for its provider.</summary>
    public const string Queued = "queued";

    /// <summary>It runs.</summary>
    public const string Running = "running";

    /// <summary>It ended as it should.</summary>
    public const string Succeeded = "succeeded";

    /// <summary>It ended otherwise.</summary>
    public const string Failed = "failed";

    /// <summary>Its vendor stopped it.</summary>
    public const string Cancelled = "cancelled";
}
