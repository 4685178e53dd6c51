using System.Collections.Concurrent;

namespace TraderData.Marketplace;

/// <summary>Who tokens speak for, by their hash, for as long as that may be believed.</summary>
internal sealed class TokenCache(TimeProvider time)
{
    /// <summary>How long a revocation by another process may take to count here.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    // Some 5 MB; more live tokens than one process serves in a minute.
    private const int MaxEntries = 10_000;

    private readonly ConcurrentDictionary<string, (Principal Principal, long Since)> _entries = new(StringComparer.Ordinal);
    private long _version;

    /// <summary>Changes with every revocation: what was read before one must not be kept behind it.</summary>
    public long Version => Interlocked.Read(ref _version);

    public Principal? Find(string hash) =>
        _entries.TryGetValue(hash, out var entry) && time.GetElapsedTime(entry.Since) < Lifetime && TokenSecrets.AreSame(hash, entry.Principal.Token.Hash) ? entry.Principal : null;

    public void Keep(Principal principal, long readAtVersion)
    {
        if (_entries.Count >= MaxEntries)
            _entries.Clear();
        _entries[principal.Token.Hash] = (principal, time.GetTimestamp());
        if (Version != readAtVersion)
            _entries.TryRemove(principal.Token.Hash, out _);
    }

    public void Forget(string tokenId)
    {
        Interlocked.Increment(ref _version);
        foreach (var (hash, entry) in _entries)
        {
            if (entry.Principal.Token.Id == tokenId)
                _entries.TryRemove(hash, out _);
        }
    }
}
