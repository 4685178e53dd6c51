using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Bars in Parquet files, one for each partition of a series, beside a file that tells of the series. A write replaces the partitions that it changes,
/// oldest first, then that file: a crash in between leaves whole partitions and no claim of what is not there.
/// </summary>
internal sealed class LakeBarStore(IBlobs blobs, BlockCache cache, ILogger<LakeBarStore> logger) : IBarStore
{
    private readonly LakeOwners _owners = new(blobs);
    private readonly LakeIndex _index = new(blobs);
    private readonly LakePartitions _partitions = new(blobs, cache);
    private readonly Turns _sidecarTurns = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The timeframe is none that is stored.</exception>
    /// <exception cref="BadDataException">The old and new values of a column do not fit together in one partition.</exception>
    public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken) =>
        WriteAsync(series, write.Bars, write.Provenance, write.Fetched is { } range ? RangeSet.Empty.With(range) : RangeSet.Empty, cancellationToken);

    /// <summary>Writes bars with any number of fetched ranges.</summary>
    /// <inheritdoc cref="WriteAsync(Series, BarWrite, CancellationToken)" path="/exception"/>
    public async Task<WriteResult> WriteAsync(Series series, BarBlock bars, Provenance provenance, RangeSet fetched, CancellationToken cancellationToken)
    {
        Partition.RequireStored(series.Timeframe);
        if (bars.Count == 0 && !fetched.Any(r => !r.IsEmpty))
            return default;
        await _owners.ClaimAsync(series, cancellationToken);
        var result = default(WriteResult);
        foreach (var (partition, part) in Partition.Split(series.Timeframe, bars))
        {
            var counts = await _partitions.MergeAsync(series, partition, part, cancellationToken);
            if (counts.Changed > 0)
                LakeLog.Restated(logger, series, counts.Changed, partition.Name);
            result += counts;
        }

        await UpdateSidecarAsync(series, provenance, fetched, cancellationToken);
        return result;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (query.AsOfMs is not null)
            throw new NotSupportedException();
        var partitions = (await _index.PartitionsAsync(series, cancellationToken)).Where(p => !p.Partition.Range.Intersect(query.Range).IsEmpty);
        var left = query.Limit ?? long.MaxValue;
        foreach (var (partition, blob) in query.NewestFirst ? partitions.Reverse() : partitions)
        {
            if (left == 0)
                yield break;
            if (await _partitions.ReadAsync(series, partition, blob, cancellationToken) is not { } all)
                continue;
            var bars = Limit(all.Between(query.Range), query.NewestFirst, left);
            if (bars.Count == 0)
                continue;
            left -= bars.Count;
            yield return bars;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => _index.FindAsync(series, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) => _owners.FindAsync(symbol, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) => _index.ListAsync(cancellationToken);

    /// <summary>The first bars of a block, or its newest.</summary>
    internal static BarBlock Limit(BarBlock bars, bool newest, long limit)
    {
        var count = (int)Math.Min(bars.Count, limit);
        return bars.Slice(newest ? bars.Count - count : 0, count);
    }

    private Task<string?> UpdateSidecarAsync(Series series, Provenance provenance, RangeSet fetched, CancellationToken cancellationToken)
    {
        var name = LakePath.Sidecar(series);
        return _sidecarTurns.RunAsync(name, () => blobs.UpdateAsync(name, present =>
        {
            var before = present is null ? Sidecar.Empty : Sidecar.Decode(name, series, present.Bytes);
            var after = before.With(provenance, fetched).Encode(series);
            return present is not null && present.Bytes.Span.SequenceEqual(after) ? null : after;
        }, cancellationToken), cancellationToken);
    }
}
