using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>The rounds of a file store.</summary>
public sealed class RoundShelf(IFileStore files, TimeProvider time) : IRounds
{
    /// <summary>The file of the public keys.</summary>
    public const string KeysName = "rounds/jwks.json";

    // Nobody tells of what another process publishes.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(1);

    private Snapshot? _snapshot;

    /// <inheritdoc/>
    public async Task<RoundIndex> IndexAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _snapshot) is { } known && time.GetElapsedTime(known.Timestamp) < s_fresh)
            return known.Index;
        // Taken before it is read: what is changed meanwhile is then seen the sooner.
        var timestamp = time.GetTimestamp();
        var index = RoundIndex.Parse(await ReadAsync(RoundIndex.FileName, RoundIndex.MaxBytes, cancellationToken));
        Volatile.Write(ref _snapshot, new Snapshot(index, timestamp));
        return index;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RoundEntry>> OfferedAsync(CancellationToken cancellationToken)
    {
        var nowMs = NowMs();
        return [.. (await IndexAsync(cancellationToken)).Rounds.Where(r => r.IsOffered(nowMs)).OrderByDescending(r => r.PublishedMs).ThenBy(r => r.RoundId, StringComparer.Ordinal)];
    }

    /// <inheritdoc/>
    public async Task<RoundEntry?> FindAsync(string idOrCurrent, CancellationToken cancellationToken)
    {
        var index = await IndexAsync(cancellationToken);
        var id = idOrCurrent == RoundIds.Current ? index.Current : idOrCurrent;
        return id is not null && index.Find(id) is { } found && found.IsOffered(NowMs()) ? found : null;
    }

    /// <inheritdoc/>
    public async Task<OpenRoundFile?> OpenAsync(string roundId, string name, CancellationToken cancellationToken)
    {
        if (await FindAsync(roundId, cancellationToken) is not { } round)
            return null;
        var file = round.Files.FirstOrDefault(f => f.Name == name) ?? name switch
        {
            RoundManifest.FileName => new RoundFile(name, "manifest", "json", 0, round.ManifestSha256),
            DetachedJws.FileName => new RoundFile(name, "signature", "jws", 0, ""),
            _ => null,
        };
        if (file is null || await files.OpenReadAsync(RoundBuilder.FolderOf(round.RoundId) + name, cancellationToken) is not { } content)
            return null;
        return new OpenRoundFile(file with { Bytes = content.Length }, content);
    }

    /// <inheritdoc/>
    public Uri? LinkTo(RoundEntry round, string name, DateTimeOffset endsAt) => files.LinkTo(RoundBuilder.FolderOf(round.RoundId) + name, endsAt);

    /// <inheritdoc/>
    public async Task<RoundKeySet> KeysAsync(CancellationToken cancellationToken) => Keys(await ReadAsync(KeysName, RoundKeySet.MaxBytes, cancellationToken));

    /// <summary>Changes the index in one step, from what it is to what comes of it, and reads it anew from then on.</summary>
    internal async Task<RoundIndex> ChangeAsync(Func<RoundIndex, RoundIndex> change, CancellationToken cancellationToken)
    {
        var changed = RoundIndex.Empty;
        await files.ChangeAsync(RoundIndex.FileName, present =>
        {
            changed = change(RoundIndex.Parse(present));
            return changed.ToBytes();
        }, cancellationToken);
        Volatile.Write(ref _snapshot, null);
        return changed;
    }

    /// <summary>Adds a key to the public ones; nothing happens when it is there.</summary>
    internal Task AddKeyAsync(RoundKey key, CancellationToken cancellationToken) => files.ChangeAsync(KeysName, present =>
    {
        var keys = Keys(present);
        return keys.Find(key.Kid) is null ? keys.With(key).ToBytes() : null;
    }, cancellationToken);

    internal long NowMs() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static RoundKeySet Keys(ReadOnlyMemory<byte>? utf8)
    {
        try
        {
            return utf8 is { } bytes ? RoundKeySet.Parse(bytes) : RoundKeySet.Empty;
        }
        catch (FormatException e)
        {
            throw new StorageException(StorageErrorKind.Damaged, $"{KeysName}: {e.Message} (put it back from a backup)", e);
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReadAsync(string name, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await files.OpenReadAsync(name, cancellationToken);
        try
        {
            // Without its type null would become an empty memory.
            return stream is null ? (ReadOnlyMemory<byte>?)null : await BoundedRead.AllAsync(stream, maxBytes, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new StorageException(StorageErrorKind.Damaged, $"{name}: {e.Message} (put it back from a backup)", e);
        }
    }

    private sealed record Snapshot(RoundIndex Index, long Timestamp);
}
