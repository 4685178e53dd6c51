using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Partitions as both tiers hold them together, kept decoded and merged. Of each it always reads the hot tier first and the lake after: a bar leaves
/// the hot tier only long after its file came to the lake, so that it is found in one of them.
/// </summary>
internal sealed class MergedPartitions(PostgresBarStore hot, LakeBarStore lake, BlockCache cache)
{
    private readonly Turns _turns = new();

    /// <summary>
    /// The bars of a partition that a query asks for, the first of them up to its limit, or the last; empty when there are none. Null when those of both
    /// tiers do not fit into one block.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="above">What is known of it in the hot tier; null when that has no bars of it.</param>
    /// <param name="query">What is asked for; its time in the past is not looked at.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async ValueTask<BarBlock?> ReadAsync(
        Series series, Partition partition, HotPartition? above, BarQuery query, CancellationToken cancellationToken)
    {
        if (above is null)
            return await ReadLakeAsync(series, partition, await FindAsync(series, partition, cancellationToken), query, cancellationToken);
        var name = "hot/" + LakePath.Blob(series, partition);
        if (await FindKeptAsync(series, name, above, query, cancellationToken) is { } kept)
            return kept;
        // A piece shows what no notification told of yet; laid over an older whole afterwards, what was told would take that back.
        return !IsBehind(name, above) && PartitionPiece.IsReadAlone(series.Timeframe, partition, query, above.Pieces, cache)
            ? await ReadPieceAsync(series, above, query, cancellationToken)
            : await _turns.RunAsync(
                name,
                // Whoever had the turn before may have read it for all.
                async () => await FindKeptAsync(series, name, above, query, cancellationToken) ?? (await MergeAsync(series, name, above, cancellationToken))?.Between(query),
                cancellationToken);
    }

    /// <summary>
    /// The bars of a partition in a range in as many blocks as they need, ascending: for bars of a time in the past, and for those that fit into no
    /// common block.
    /// </summary>
    public async Task<IReadOnlyList<BarBlock>> ReadPiecesAsync(Series series, TimeRange range, long? asOfMs, CancellationToken cancellationToken)
    {
        var query = new BarQuery(range, AsOfMs: asOfMs);
        var above = await CollectAsync(hot.ReadAsync(series, query, cancellationToken));
        var below = await CollectAsync(lake.ReadAsync(series, query, cancellationToken));
        return [.. Lay(below, above, range)];
    }

    // True when a whole is kept that lacks only what changed since.
    private bool IsBehind(string name, HotPartition above) =>
        above.Pending().Over is { } over && cache.Find(name, Version(over.Stamp, over.LakeVersion), withUpdates: false) is not null;

    private static string Version(long stamp, string? lakeVersion) => $"{stamp}|{lakeVersion}";

    // The very block below when those above change nothing of it; null when all do not fit into one block.
    private static BarBlock? TryMerge(IReadOnlyList<BarBlock> below, IReadOnlyList<BarBlock> above)
    {
        try
        {
            return BarMerge.Merge(BarMerge.MergeAll(below), BarMerge.MergeAll(above)).Block;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static async Task<List<BarBlock>> CollectAsync(IAsyncEnumerable<BarBlock> blocks)
    {
        var all = new List<BarBlock>();
        await foreach (var block in blocks)
            all.Add(block);
        return all;
    }

    // Halves the range until what is in it fits together. A bar alone always does: its columns have scales of their own.
    private static IEnumerable<BarBlock> Lay(IReadOnlyList<BarBlock> below, IReadOnlyList<BarBlock> above, TimeRange range)
    {
        if (TryMerge([.. below.Select(block => block.Between(range))], [.. above.Select(block => block.Between(range))]) is { } merged)
            return merged.Count == 0 ? [] : [merged];
        var middleMs = range.StartMs + ((range.EndMs - range.StartMs) / 2);
        return Lay(below, above, new TimeRange(range.StartMs, middleMs)).Concat(Lay(below, above, new TimeRange(middleMs, range.EndMs)));
    }

    private async ValueTask<BarBlock?> FindKeptAsync(Series series, string name, HotPartition above, BarQuery query, CancellationToken cancellationToken)
    {
        var below = await FindAsync(series, above.Partition, cancellationToken);
        return below is { } file && above.AddsNothingTo(file.Version)
            ? await ReadLakeAsync(series, above.Partition, file, query, cancellationToken)
            : cache.Find(name, Version(above.Stamp, below?.Version), withUpdates: false)?.Bars.Between(query);
    }

    private async Task<BlobEntry?> FindAsync(Series series, Partition partition, CancellationToken cancellationToken)
    {
        foreach (var (held, blob) in await lake.PartitionsAsync(series, cancellationToken))
        {
            if (held == partition)
                return blob;
        }

        return null;
    }

    private ValueTask<BarBlock> ReadLakeAsync(Series series, Partition partition, BlobEntry? blob, BarQuery query, CancellationToken cancellationToken) =>
        blob is { } below ? lake.ReadPartitionAsync(series, partition, below, query, cancellationToken) : new ValueTask<BarBlock>(BarBlock.Empty);

    // The first bars of each tier up to a limit hold the first of both.
    private async Task<BarBlock?> ReadPieceAsync(Series series, HotPartition above, BarQuery query, CancellationToken cancellationToken)
    {
        above.Pieces++;
        var within = query with { Range = above.Partition.Range.Intersect(query.Range) };
        var bars = await CollectAsync(hot.ReadAsync(series, within, cancellationToken));
        var below = await ReadLakeAsync(series, above.Partition, await FindAsync(series, above.Partition, cancellationToken), within, cancellationToken);
        return TryMerge([below], bars)?.Between(within);
    }

    private async Task<BarBlock?> MergeAsync(Series series, string name, HotPartition above, CancellationToken cancellationToken)
    {
        var (stamp, over) = above.Pending();
        var kept = over is { } read ? cache.Find(name, Version(read.Stamp, read.LakeVersion), withUpdates: false)?.Bars : null;
        var range = kept is null ? above.Partition.Range : over!.Value.Range;
        var bars = await CollectAsync(hot.ReadAsync(series, new BarQuery(range), cancellationToken));
        var blob = await FindAsync(series, above.Partition, cancellationToken);
        if (kept is not null && blob?.Version != over!.Value.LakeVersion)
        {
            kept = null;
            bars = await CollectAsync(hot.ReadAsync(series, new BarQuery(above.Partition.Range), cancellationToken));
            blob = await FindAsync(series, above.Partition, cancellationToken);
        }

        var below = kept ?? await ReadLakeAsync(series, above.Partition, blob, new BarQuery(TimeRange.All), cancellationToken);
        if (TryMerge([below], bars) is not { } merged)
            return null;

        // What the lake has whole it keeps itself: not twice here.
        var addsNothing = kept is null && blob is not null && ReferenceEquals(merged, below);
        if (!addsNothing)
            cache.Put(name, Version(stamp, blob?.Version), new HeldPartition(merged, Updated: null, Revisions: 0));
        above.Read(stamp, blob?.Version, addsNothing);
        return merged;
    }
}
