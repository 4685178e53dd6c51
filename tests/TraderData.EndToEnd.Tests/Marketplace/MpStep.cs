using System.Text.Json;

namespace TraderData.EndToEnd.Tests;

/// <summary>Who sends a request.</summary>
internal enum MpCaller
{
    /// <summary>The vendor, with its key.</summary>
    Vendor,

    /// <summary>The deployment, with the token that it was linked with.</summary>
    Deployment,

    /// <summary>Somebody without a key.</summary>
    Nobody,

    /// <summary>Somebody who sends no header at all.</summary>
    Bare,
}

/// <summary>A row of CONTRACTS A: what the command line sends, and what it needs back. <c>&lt;name&gt;</c> in paths and bodies is what an earlier answer gave.</summary>
/// <param name="Command">What the vendor typed.</param>
/// <param name="Method">The method.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="Body">The body; null for an empty one.</param>
/// <param name="Needs">The <see cref="Shape"/> of <c>data</c>; empty for an answer without a body.</param>
internal sealed record MpStep(string Command, string Method, string Path, string? Body, string Needs)
{
    /// <summary>Who sends it.</summary>
    public MpCaller Caller { get; init; }

    /// <summary>Whether a deployment's token may send it.</summary>
    public bool ForDeployment { get; init; }

    /// <summary>True when what it needs stands at the top, without <c>data</c>.</summary>
    public bool AtTop { get; init; }

    /// <summary>Headers besides those of every call.</summary>
    public (string Name, string Value)[] Headers { get; init; } = [];

    /// <summary>What later rows use: the field of <c>data</c>, and the name they use.</summary>
    public (string Field, string Name)[] Keeps { get; init; } = [];

    /// <summary>Looks at <c>data</c> beyond its shape; null when the shape is all.</summary>
    public Action<JsonElement, MpScript>? Then { get; init; }
}
