namespace TraderData.Storage;

/// <summary>What is to be said of a file of the lake.</summary>
public enum LakeFindingKind
{
    /// <summary>It is damaged: it cannot be read, or says what cannot be.</summary>
    Damaged,

    /// <summary>All is sound, but it is not what this program would write today; compacting the lake writes it anew.</summary>
    Outdated,

    /// <summary>It is none of the lake's; it is neither read nor touched.</summary>
    Foreign,

    /// <summary>It was written anew, or removed, by compacting.</summary>
    Compacted,
}

/// <summary>One thing that was found, or done, in the lake.</summary>
/// <param name="File">The file, a path below the data folder or in the container.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Text">What was found, or done, in words.</param>
/// <param name="Remedy">What a person can do; null when there is nothing to do.</param>
public sealed record LakeFinding(string File, LakeFindingKind Kind, string Text, string? Remedy = null);

/// <summary>How far work on the lake is.</summary>
/// <param name="Done">Files that were seen.</param>
/// <param name="Total">Files in all.</param>
public readonly record struct LakeProgress(int Done, int Total);
