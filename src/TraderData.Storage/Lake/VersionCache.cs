using System.Collections.Concurrent;

namespace TraderData.Storage;

/// <summary>Small facts about blobs, each good for one version of its blob.</summary>
internal sealed class VersionCache<T>
{
    // Some 300 bytes each; a lake of this many partitions has over 2,000 series of six years of minutes.
    private const int Capacity = 200_000;

    private readonly ConcurrentDictionary<string, (string Version, T Fact)> _facts = new(StringComparer.Ordinal);

    /// <summary>The fact about that version of a blob.</summary>
    public bool TryFind(BlobEntry blob, out T fact)
    {
        var found = _facts.TryGetValue(blob.Name, out var kept) && kept.Version == blob.Version;
        fact = kept.Fact;
        return found;
    }

    /// <summary>Keeps a fact about a version of a blob.</summary>
    public void Put(BlobEntry blob, T fact)
    {
        if (_facts.Count >= Capacity)
            _facts.Clear();
        _facts[blob.Name] = (blob.Version, fact);
    }
}
