using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Reads and changes the partitions of the lake and their former values, through a cache of decoded partitions. Former values are written before the
/// partition that no longer has them: a partition never knows of more than there are, see <see cref="HeldPartition.Revisions"/>.
/// </summary>
internal sealed class LakePartitions(IBlobs blobs, BlockCache cache, TimeProvider time)
{
    // Each repetition means that another writer changed the partition between two requests of this one.
    private const int MaxTries = 12;

    private readonly Turns _turns = new();

    /// <summary>The bars of a partition that a listing showed, or newer ones; null when it is gone.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public async Task<BarBlock?> ReadAsync(Series series, Partition partition, BlobEntry blob, CancellationToken cancellationToken) =>
        (await FindAsync(series, partition, blob, withUpdates: false, cancellationToken))?.Bars;

    /// <summary>The bars of a range of a partition as they were at a time; null when the partition is gone.</summary>
    /// <exception cref="StorageException">It is damaged, or its former values are.</exception>
    /// <exception cref="BadDataException">The values of that time do not fit together in one block, as no writer of this lake leaves them.</exception>
    public async Task<BarBlock?> ReadAsOfAsync(Series series, Partition partition, BlobEntry blob, TimeRange range, long asOfMs, CancellationToken cancellationToken)
    {
        if (await FindAsync(series, partition, blob, withUpdates: true, cancellationToken) is not { } held)
            return null;
        if (held.Updated!.LatestMs <= asOfMs)
            return held.Bars.Between(range);
        var stored = held.Stored();
        var revisions = await RevisionsAsync(series, partition, held, stored, cancellationToken);
        return Fitting(series, partition, () => stored.Between(range).AsOf(asOfMs, revisions));
    }

    /// <summary>The former values of a partition that a listing showed.</summary>
    /// <exception cref="StorageException">It is damaged, or its former values are.</exception>
    public async Task<Revisions> ReadRevisionsAsync(Series series, Partition partition, BlobEntry blob, CancellationToken cancellationToken) =>
        await FindAsync(series, partition, blob, withUpdates: true, cancellationToken) is { Revisions: > 0 } held
            ? await RevisionsAsync(series, partition, held, held.Stored(), cancellationToken)
            : Revisions.Empty;

    /// <summary>All that is stored of a partition, read anew; null when there is none.</summary>
    /// <exception cref="StorageException">It is damaged, or its former values are.</exception>
    public async Task<LakePartition?> ReadStoredAsync(Series series, Partition partition, CancellationToken cancellationToken)
    {
        var name = LakePath.Blob(series, partition);
        if (await blobs.ReadAsync(name, cancellationToken) is not { } content)
            return null;
        var held = PartitionFile.Decode(name, series, partition, content.Bytes, withUpdates: true);
        var stored = held.Stored();
        return new LakePartition(stored, await RevisionsAsync(series, partition, held, stored, cancellationToken));
    }

    /// <summary>Changes a partition. When that changes nothing, no file is touched.</summary>
    /// <param name="series">The series.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="plan">Tells the change from what is there and the present time; may be called again when another writer was faster.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StorageException">The partition is damaged, or its former values are.</exception>
    /// <exception cref="BadDataException">The old and new values of a column do not fit together in one file.</exception>
    public Task<WriteResult> ChangeAsync(Series series, Partition partition, Func<StoredBars, long, BarChange> plan, CancellationToken cancellationToken)
    {
        var name = LakePath.Blob(series, partition);
        return _turns.RunAsync(name, async () =>
        {
            Prepared? prepared = null;
            for (var attempt = 0; attempt < MaxTries; attempt++)
            {
                Prepared? next = null;
                HeldPartition? written = null;
                var version = await blobs.UpdateAsync(name, present =>
                {
                    next = prepared is not null && prepared.Version == present?.Version ? prepared : Prepare(series, partition, present, plan);
                    written = next.IsReady ? next.ToWrite() : null;
                    return written is null ? null : PartitionFile.Encode(series, written.Stored(), written.Revisions);
                }, cancellationToken);
                if (written is not null && version is not null)
                    cache.Put(name, version, written);
                if (next!.IsReady)
                    return next.Change.Counts;
                prepared = next with { Revisions = await UniteAsync(series, partition, next, cancellationToken) };
            }

            throw new StorageException(
                StorageErrorKind.Conflict, $"{name}: other writers were faster {MaxTries} times (run it again, with fewer writers at once)");
        }, cancellationToken);
    }

    private Prepared Prepare(Series series, Partition partition, BlobContent? present, Func<StoredBars, long, BarChange> plan)
    {
        var name = LakePath.Blob(series, partition);
        var held = present is null ? HeldPartition.None
            : cache.Find(name, present.Version) is { Updated: not null } kept ? kept
            : PartitionFile.Decode(name, series, partition, present.Bytes, withUpdates: true);
        var change = Fitting(series, partition, () => plan(held.Stored(), time.GetUtcNow().ToUnixTimeMilliseconds()));
        return new Prepared(present?.Version, held, change, change.Former.Count == 0 ? held.Revisions : null);
    }

    private static T Fitting<T>(Series series, Partition partition, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (OverflowException e)
        {
            throw new BadDataException(
                $"{series} {partition.Name}", e.Message, $"values of a column that fit together in {ScaledDecimal.MaxScale} digits in one partition", inner: e);
        }
    }

    // How many former values there are afterwards.
    private async Task<int> UniteAsync(Series series, Partition partition, Prepared prepared, CancellationToken cancellationToken)
    {
        var name = LakePath.Revisions(series, partition);
        var count = 0;
        await blobs.UpdateAsync(name, present =>
        {
            var before = present is null ? Revisions.Empty : RevisionsFile.Decode(name, series, partition, present.Bytes);
            RequireAll(name, series, partition, before, prepared.Held.Revisions);
            var after = before.With(prepared.Change.Former);
            count = after.Count;
            var content = RevisionsFile.Encode(series, partition, after);
            return present is not null && present.Bytes.Span.SequenceEqual(content) ? null : content;
        }, cancellationToken);
        return count;
    }

    private async Task<Revisions> RevisionsAsync(Series series, Partition partition, HeldPartition held, StoredBars stored, CancellationToken cancellationToken)
    {
        if (held.Revisions == 0)
            return Revisions.Empty;
        var name = LakePath.Revisions(series, partition);
        var all = await blobs.ReadAsync(name, cancellationToken) is { } content ? RevisionsFile.Decode(name, series, partition, content.Bytes) : Revisions.Empty;
        RequireAll(name, series, partition, all, held.Revisions);
        return all.SettledBy(stored);
    }

    private static void RequireAll(string name, Series series, Partition partition, Revisions found, int count)
    {
        if (found.Count < count)
            throw RevisionsFile.Damaged(name, series, partition, $"{found.Count} former values, {partition.Name}.parquet knows of {count}");
    }

    private async Task<HeldPartition?> FindAsync(Series series, Partition partition, BlobEntry blob, bool withUpdates, CancellationToken cancellationToken)
    {
        if (cache.Find(blob.Name, blob.Version) is { } kept && (kept.Updated is not null || !withUpdates))
            return kept;
        if (await blobs.ReadAsync(blob.Name, cancellationToken) is not { } content)
            return null;
        var held = PartitionFile.Decode(blob.Name, series, partition, content.Bytes, withUpdates);
        cache.Put(blob.Name, content.Version, held);
        return held;
    }

    /// <summary>A change of one version of a partition; <paramref name="Revisions"/> is null until its former values are written.</summary>
    private sealed record Prepared(string? Version, HeldPartition Held, BarChange Change, int? Revisions)
    {
        public bool IsReady => Revisions is not null;

        // Null when the file stays as it is.
        public HeldPartition? ToWrite() => Change.IsNew || Revisions != Held.Revisions
            ? new HeldPartition(Change.Bars.Bars.Normalize(), UpdateRuns.Of(Change.Bars.UpdatedMs.Span), Revisions!.Value)
            : null;
    }
}
