using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>What a deployment last told of itself. Of each deployment the last one is kept.</summary>
/// <param name="Id">Its id: <c>hb_…</c>.</param>
/// <param name="DeploymentId">Which deployment.</param>
/// <param name="VendorId">Whose that is.</param>
/// <param name="Status">How it fares, of <see cref="Statuses"/>.</param>
/// <param name="Timestamp">When it says so, by its own clock, UTC.</param>
/// <param name="ReceivedAt">When it was heard, by our clock, UTC.</param>
/// <param name="Metrics">What it measured, an object.</param>
/// <param name="Message">What else it says; null for nothing.</param>
public sealed record Heartbeat(
    string Id, string DeploymentId, string VendorId, string Status, DateTime Timestamp, DateTime ReceivedAt, JsonElement Metrics, string? Message)
{
    /// <summary>How a deployment may fare.</summary>
    public static readonly IReadOnlyList<string> Statuses = ["pending", "ready", "error", "maintenance", "offline"];
}
