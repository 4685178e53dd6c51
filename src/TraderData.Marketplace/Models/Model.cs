using System.Security.Cryptography;
using System.Text;

namespace TraderData.Marketplace;

/// <summary>A model that a vendor registered. The same name of the same vendor is the same model, so that registering can be repeated.</summary>
/// <param name="Id">Its id, made of the vendor and the name: <c>mdl_…</c>.</param>
/// <param name="VendorId">Whose it is.</param>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it is; null when nothing was said.</param>
/// <param name="Task">What it does: <c>signal</c>, <c>consensus</c> or <c>optimizer</c>.</param>
/// <param name="Stage">How far it is: <c>shadow</c>, <c>pilot</c>, <c>prod</c> or <c>retired</c>.</param>
/// <param name="Version">Its newest version, as the vendor calls it.</param>
/// <param name="VersionId">That version's id, made of the model and the version: <c>ver_…</c>.</param>
/// <param name="DeploymentId">Where it runs, as the vendor says, which may be before there is such a deployment; null when nothing was said.</param>
/// <param name="CreatedAt">When it was first registered, UTC.</param>
/// <param name="UpdatedAt">When it was last registered, UTC.</param>
public sealed record Model(
    string Id, string VendorId, string Name, string? Description, string Task, string Stage, string Version, string VersionId, string? DeploymentId,
    DateTime CreatedAt, DateTime UpdatedAt)
{
    /// <summary>The stage that a model begins in.</summary>
    public const string FirstStage = "shadow";

    /// <summary>What a model may do.</summary>
    public static readonly IReadOnlyList<string> Tasks = ["signal", "consensus", "optimizer"];

    /// <summary>A model as it is registered.</summary>
    public static Model Register(string vendorId, string name, string? description, string task, string version, string? deploymentId, DateTime now)
    {
        var id = IdOf("mdl", vendorId, name);
        return new Model(id, vendorId, name, description, task, FirstStage, version, IdOf("ver", id, version), deploymentId, now, now);
    }

    // 128 bits of a hash: nobody finds two names with one id.
    private static string IdOf(string prefix, string first, string second) =>
        $"{prefix}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{first}\n{second}")).AsSpan(0, 16))}";
}

/// <summary>A model as the catalog shows it.</summary>
/// <param name="Model">The model.</param>
/// <param name="Vendor">Its vendor's name.</param>
/// <param name="Status">How its deployment fares by the last heartbeat; null when there was none.</param>
/// <param name="LastHeartbeatAt">When its deployment was last heard of, by our clock, UTC; null when it never was.</param>
/// <param name="AvgConfidence">The mean confidence of its last <see cref="SignalsOfMean"/> signals, or of those of its deployment without a model id; null when there are none.</param>
public sealed record CatalogEntry(Model Model, string Vendor, string? Status, DateTime? LastHeartbeatAt, decimal? AvgConfidence)
{
    /// <summary>How many signals the mean confidence is of, at most.</summary>
    public const int SignalsOfMean = 100;

    /// <summary>The decimals that a mean has.</summary>
    internal const int MeanDecimals = 6;
}
