using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>How a job may fare at a provider.</summary>
public enum ProgressState
{
    /// <summary>It waits for a machine.</summary>
    Waiting,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended as it should.</summary>
    Succeeded,

    /// <summary>It ended otherwise.</summary>
    Failed,

    /// <summary>It was stopped, by us or in the provider's console.</summary>
    Cancelled,

    /// <summary>It took longer than it may, and was stopped for that.</summary>
    TimedOut,

    /// <summary>The provider knows it no more: nothing of it waits or runs.</summary>
    Gone,

    /// <summary>The provider says something that is not known here.</summary>
    Unknown,
}

/// <summary>How a job fares at a provider. What the provider wrote is bounded and can be stored.</summary>
/// <param name="State">How it fares.</param>
public sealed record TrainingProgress(ProgressState State)
{
    /// <summary>The most bytes of <see cref="Metrics"/>: some thousand numbers; what is more belongs into a file.</summary>
    public const int MaxMetricsBytes = 64 << 10;

    /// <summary>What was measured, an object; null when the provider told nothing, or too much.</summary>
    public JsonElement? Metrics { get; init; }

    /// <summary>What it made (<c>hf_repo, tarball_url, commit</c>); null when that was not told.</summary>
    public JsonElement? Artifacts { get; init; }

    /// <summary>Where its log is, an http or https address; null when that was not told.</summary>
    public string? LogsUrl { get; init; }

    /// <summary>Why it is as it is, as the provider says; null when it says nothing.</summary>
    public string? Text { get; init; }

    /// <summary>True when nothing of it waits or runs any more.</summary>
    public bool IsOver => State is not (ProgressState.Waiting or ProgressState.Running or ProgressState.Unknown);
}
