namespace TraderData.Rounds;

/// <summary>What may be done with a round.</summary>
public enum RoundState
{
    /// <summary>Built, and offered to nobody. It may be built again.</summary>
    Draft,

    /// <summary>Offered, until it expires. It never changes any more.</summary>
    Published,

    /// <summary>Offered no more, whatever links there are.</summary>
    Retired,
}

/// <summary>A round as the index tells of it.</summary>
/// <param name="RoundId">Its name: see <see cref="RoundIds"/>.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="State">What may be done with it.</param>
/// <param name="CreatedMs">When it was built, Unix milliseconds UTC.</param>
/// <param name="AsOfMs">The time whose bars it holds, Unix milliseconds UTC.</param>
/// <param name="ManifestSha256">The digest of its manifest, in lower case hexadecimal digits.</param>
/// <param name="Files">Its files, without columns and times.</param>
public sealed record RoundEntry(string RoundId, string Name, RoundState State, long CreatedMs, long AsOfMs, string ManifestSha256, IReadOnlyList<RoundFile> Files)
{
    /// <summary>The names of all files that can be had of it, the signature and the manifest last.</summary>
    public IEnumerable<string> FileNames => [.. Files.Select(file => file.Name), DetachedJws.FileName, RoundManifest.FileName];

    /// <summary>A text for people; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The version of its files' forms.</summary>
    public string SchemaVersion { get; init; } = RoundManifest.SchemaVersion;

    /// <summary>When it was published, Unix milliseconds UTC; null when it never was.</summary>
    public long? PublishedMs { get; init; }

    /// <summary>When it was retired, Unix milliseconds UTC; null when it was not.</summary>
    public long? RetiredMs { get; init; }

    /// <summary>When it is offered no more, Unix milliseconds UTC; null for never.</summary>
    public long? ExpiresMs { get; init; }

    /// <summary>The state as it is written: <c>draft</c>, <c>published</c>, <c>retired</c>.</summary>
    public string StateName => NameOf(State);

    /// <summary>True when it is published and has not expired.</summary>
    /// <param name="nowMs">The time, Unix milliseconds UTC.</param>
    public bool IsOffered(long nowMs) => State == RoundState.Published && !HasExpired(nowMs);

    /// <summary>True when its time is over.</summary>
    /// <param name="nowMs">The time, Unix milliseconds UTC.</param>
    public bool HasExpired(long nowMs) => ExpiresMs <= nowMs;

    internal static string NameOf(RoundState state) => state switch { RoundState.Draft => "draft", RoundState.Published => "published", _ => "retired" };
}

/// <summary>A round is not in the state that is needed. The message tells what to do.</summary>
public sealed class RoundStateException(string message) : Exception(message);
