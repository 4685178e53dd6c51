using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Reads and changes the partitions of the lake and their former values, through a cache of decoded partitions. Former values are written before the
/// partition that no longer has them: a partition never knows of more than there are, see <see cref="HeldPartition.Revisions"/>.
/// </summary>
internal sealed class LakePartitions(IBlobs blobs, BlockCache cache, LakeListings listings, TimeProvider time)
{
    // Each repetition means that another writer changed the partition between two requests of this one.
    private const int MaxTries = 12;

    // Read whole as fast as in parts.
    private const int SmallFile = 64 << 10;

    private readonly Turns _turns = new();
    private readonly VersionCache<int> _pieces = new();
    private readonly SingleFlight<(string Blob, string Version, bool WithUpdates), HeldPartition?> _reads = new();

    /// <summary>
    /// The bars of a partition that a listing showed, or newer ones, that a query asks for: the first of them up to its limit, or the last. Empty when
    /// it is gone. A small piece of a partition that is not kept is read alone, until pieces have cost as much as all of it.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="blob">Its file.</param>
    /// <param name="query">What is asked for; its time in the past is not looked at.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="StorageException">It is damaged, as far as that is noticed.</exception>
    public async ValueTask<BarBlock> ReadAsync(Series series, Partition partition, BlobEntry blob, BarQuery query, CancellationToken cancellationToken)
    {
        if (cache.Find(blob.Name, blob.Version, withUpdates: false) is { } kept)
            return kept.Bars.Between(query);
        _ = _pieces.TryFind(blob, out var pieces);
        if (PartitionPiece.IsReadAlone(series.Timeframe, partition, query, pieces, cache))
        {
            _pieces.Put(blob, pieces + 1);
            using var file = blob.Length > SmallFile ? blobs.TryOpen(blob) : null;
            if (file is not null && PartitionFile.DecodePiece(blob.Name, series, partition, file, query) is { } piece)
                return piece;
            using var content = await blobs.ReadAsync(blob.Name, cancellationToken);
            return content is null ? BarBlock.Empty : PartitionFile.DecodePiece(blob.Name, series, partition, content.Bytes, query);
        }

        return (await DecodeAsync(series, partition, blob, withUpdates: false, cancellationToken))?.Bars.Between(query) ?? BarBlock.Empty;
    }

    /// <summary>The bars of a range of a partition as they were at a time; null when the partition is gone.</summary>
    /// <exception cref="StorageException">It is damaged, or its former values are.</exception>
    /// <exception cref="BadDataException">The values of that time do not fit together in one block, as no writer of this lake leaves them.</exception>
    public async Task<BarBlock?> ReadAsOfAsync(Series series, Partition partition, BlobEntry blob, TimeRange range, long asOfMs, CancellationToken cancellationToken)
    {
        if (await FindAsync(series, partition, blob, withUpdates: true, cancellationToken) is not { } held)
            return null;
        if (held.Updated!.LatestMs <= asOfMs)
            return held.Bars.Between(range);
        return await CompleteAsync(series, partition, held, cancellationToken) is { } all
            ? Fitting(series, partition, () => all.Bars.Between(range).AsOf(asOfMs, all.Revisions))
            : null;
    }

    /// <summary>The former values of a partition that a listing showed.</summary>
    /// <exception cref="StorageException">It is damaged, or its former values are.</exception>
    public async Task<Revisions> ReadRevisionsAsync(Series series, Partition partition, BlobEntry blob, CancellationToken cancellationToken) =>
        await FindAsync(series, partition, blob, withUpdates: true, cancellationToken) is { Revisions: > 0 } held
        && await CompleteAsync(series, partition, held, cancellationToken) is { } all
            ? all.Revisions
            : Revisions.Empty;

    /// <summary>All that is stored of a partition, read anew; null when there is none.</summary>
    /// <exception cref="StorageException">It is damaged, or its former values are.</exception>
    public Task<LakePartition?> ReadStoredAsync(Series series, Partition partition, CancellationToken cancellationToken) =>
        CompleteAsync(series, partition, held: null, cancellationToken);

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
                {
                    cache.Put(name, version, written);
                    listings.Changed(series);
                }

                if (next!.IsReady)
                    return next.Change.Counts;
                var count = await UniteAsync(series, partition, next, mustHaveAll: attempt > 0 && next == prepared, cancellationToken);
                prepared = next with { Revisions = count };
            }

            throw new StorageException(
                StorageErrorKind.Conflict, $"{name}: other writers were faster {MaxTries} times (run it again, with fewer writers at once)");
        }, cancellationToken);
    }

    private Prepared Prepare(Series series, Partition partition, BlobContent? present, Func<StoredBars, long, BarChange> plan)
    {
        var name = LakePath.Blob(series, partition);
        var held = present is null ? HeldPartition.None
            : cache.Find(name, present.Version, withUpdates: true) is { } kept ? kept
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

    // How many former values there are afterwards; null when there are fewer than the partition knows of, as after a compaction since it was read.
    private async Task<int?> UniteAsync(Series series, Partition partition, Prepared prepared, bool mustHaveAll, CancellationToken cancellationToken)
    {
        var name = LakePath.Revisions(series, partition);
        int? count = null;
        await blobs.UpdateAsync(name, present =>
        {
            var before = present is null ? Revisions.Empty : RevisionsFile.Decode(name, series, partition, present.Bytes);
            if (before.Count < prepared.Held.Revisions)
            {
                count = mustHaveAll ? throw TooFew(name, series, partition, before, prepared.Held.Revisions) : null;
                return null;
            }

            var after = before.With(prepared.Change.Former);
            count = after.Count;
            var content = RevisionsFile.Encode(series, partition, after);
            return present is not null && present.Bytes.Span.SequenceEqual(content) ? null : content;
        }, cancellationToken);
        return count;
    }

    // Bars with their former values, beginning with a version of the partition that is at hand. Null when the partition is gone.
    private async Task<LakePartition?> CompleteAsync(Series series, Partition partition, HeldPartition? held, CancellationToken cancellationToken)
    {
        var (name, revisions) = (LakePath.Blob(series, partition), LakePath.Revisions(series, partition));
        string? version = null;
        while (true)
        {
            if (held is null)
            {
                using var content = await blobs.ReadAsync(name, cancellationToken);
                if (content is null)
                    return null;
                held = PartitionFile.Decode(name, series, partition, content.Bytes, withUpdates: true);
                if (await FormerAsync(content.Version == version) is { } former)
                    return former;
                version = content.Version;
            }
            else if (await FormerAsync(isLast: false) is { } former)
            {
                return former;
            }

            // A compaction may have left fewer since the partition was read: only of the present partition they are too few.
            held = null;
        }

        async Task<LakePartition?> FormerAsync(bool isLast)
        {
            var stored = held.Stored();
            if (held.Revisions == 0)
                return new LakePartition(stored, Revisions.Empty);
            using var file = await blobs.ReadAsync(revisions, cancellationToken);
            var all = file is null ? Revisions.Empty : RevisionsFile.Decode(revisions, series, partition, file.Bytes);
            if (all.Count >= held.Revisions)
                return new LakePartition(stored, all.SettledBy(stored));
            return isLast ? throw TooFew(revisions, series, partition, all, held.Revisions) : null;
        }
    }

    private static StorageException TooFew(string name, Series series, Partition partition, Revisions found, int count) =>
        RevisionsFile.Damaged(name, series, partition, $"{found.Count} former values, {partition.Name}.parquet knows of {count}");

    private ValueTask<HeldPartition?> FindAsync(Series series, Partition partition, BlobEntry blob, bool withUpdates, CancellationToken cancellationToken) =>
        cache.Find(blob.Name, blob.Version, withUpdates) is { } kept
            ? new ValueTask<HeldPartition?>(kept)
            : DecodeAsync(series, partition, blob, withUpdates, cancellationToken);

    private ValueTask<HeldPartition?> DecodeAsync(Series series, Partition partition, BlobEntry blob, bool withUpdates, CancellationToken cancellationToken) =>
        new(_reads.RunAsync((blob.Name, blob.Version, withUpdates), async () =>
        {
            using var content = await blobs.ReadAsync(blob.Name, CancellationToken.None);
            if (content is null)
                return null;
            var held = PartitionFile.Decode(blob.Name, series, partition, content.Bytes, withUpdates);
            cache.Put(blob.Name, content.Version, held);
            _pieces.Put(blob, 0);
            // The listing is of an older version: without a new one nothing would be found in the cache.
            if (content.Version != blob.Version)
                listings.Changed(series);
            return held;
        }, cancellationToken));

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
