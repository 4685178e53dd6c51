using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Bars in Parquet files, one for each partition of a series, beside a file that tells of the series. A write replaces the partitions that it changes,
/// oldest first, then that file: a crash in between leaves whole partitions and no claim of what is not there.
/// </summary>
internal sealed class LakeBarStore : IBarStore
{
    private readonly IBlobs _blobs;
    private readonly ILogger _logger;
    private readonly LakeOwners _owners;
    private readonly LakeListings _listings;
    private readonly LakeIndex _index;
    private readonly LakePartitions _partitions;
    private readonly Turns _sidecarTurns = new();

    /// <summary>Takes where the files are; nothing is read yet.</summary>
    /// <param name="blobs">The files.</param>
    /// <param name="cache">Keeps decoded partitions.</param>
    /// <param name="time">Tells when bars got their values, and how old a listing is.</param>
    /// <param name="logger">Is told of restatements and damage.</param>
    public LakeBarStore(IBlobs blobs, BlockCache cache, TimeProvider time, ILogger<LakeBarStore> logger)
    {
        (_blobs, _logger) = (blobs, logger);
        _owners = new LakeOwners(blobs);
        _listings = new LakeListings(blobs, time);
        _index = new LakeIndex(blobs, _listings, logger);
        _partitions = new LakePartitions(blobs, cache, _listings, time);
    }

    /// <summary>Called with the series after each write that changed bars, when reads show them. Must not throw.</summary>
    public event Action<Series>? Written;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The timeframe is none that is stored.</exception>
    /// <exception cref="BadDataException">The old and new values of a column do not fit together in one partition.</exception>
    public async Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken) =>
        WriteMeter.Count(series, await WriteAsync(series, write.Bars, write.Provenance, AskedRanges.Of(write), cancellationToken));

    /// <summary>Writes bars with any number of ranges that were asked.</summary>
    /// <inheritdoc cref="WriteAsync(Series, BarWrite, CancellationToken)" path="/exception"/>
    public async Task<WriteResult> WriteAsync(Series series, BarBlock bars, Provenance provenance, AskedRanges asked, CancellationToken cancellationToken)
    {
        Partition.RequireStored(series.Timeframe);
        if (bars.Count == 0 && asked.IsEmpty)
            return default;
        await _owners.ClaimAsync(series, cancellationToken);
        var result = default(WriteResult);
        foreach (var (partition, part) in Partition.Split(series.Timeframe, bars))
            result += await ChangeAsync(series, partition, (held, nowMs) => BarChange.OfWrite(held, part, nowMs), cancellationToken);

        await UpdateSidecarAsync(series, provenance, asked, cancellationToken);
        if (!result.WroteNothing)
            Written?.Invoke(series);
        return result;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var partitions = await _index.PartitionsAsync(series, cancellationToken);
        var left = query.Limit ?? long.MaxValue;
        for (var i = 0; i < partitions.Count && left > 0; i++)
        {
            var (partition, blob) = partitions[query.NewestFirst ? partitions.Count - 1 - i : i];
            if (partition.Range.Intersect(query.Range).IsEmpty)
                continue;
            var part = query with { Limit = left };
            var bars = query.AsOfMs is { } asOfMs
                ? (await _partitions.ReadAsOfAsync(series, partition, blob, query.Range, asOfMs, cancellationToken))?.Between(part) ?? BarBlock.Empty
                : await _partitions.ReadAsync(series, partition, blob, part, cancellationToken);
            if (bars.Count == 0)
                continue;
            left -= bars.Count;
            yield return bars;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BarRevision> ReadRevisionsAsync(
        Series series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var (partition, blob) in await _index.PartitionsAsync(series, cancellationToken))
        {
            if (partition.Range.Intersect(range).IsEmpty)
                continue;
            foreach (var revision in (await _partitions.ReadRevisionsAsync(series, partition, blob, cancellationToken)).In(range))
                yield return revision;
        }
    }

    /// <inheritdoc/>
    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => _index.FindAsync(series, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) => _owners.FindAsync(symbol, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) => _index.ListAsync(cancellationToken);

    /// <summary>The partitions of a series, oldest first.</summary>
    internal Task<IReadOnlyList<(Partition Partition, BlobEntry Blob)>> PartitionsAsync(Series series, CancellationToken cancellationToken) =>
        _index.PartitionsAsync(series, cancellationToken).AsTask();

    /// <inheritdoc cref="LakePartitions.ReadAsync"/>
    internal ValueTask<BarBlock> ReadPartitionAsync(Series series, Partition partition, BlobEntry blob, BarQuery query, CancellationToken cancellationToken) =>
        _partitions.ReadAsync(series, partition, blob, query, cancellationToken);

    /// <summary>All that is stored of a partition, read anew from the blobs; null when there is none.</summary>
    /// <exception cref="StorageException">It is damaged, or its former values are.</exception>
    internal Task<LakePartition?> ReadStoredAsync(Series series, Partition partition, CancellationToken cancellationToken) =>
        _partitions.ReadStoredAsync(series, partition, cancellationToken);

    /// <summary>
    /// Lays what another tier holds of a partition over the partition, with its history: see <see cref="BarChange.OfFold"/>. What it brings of former
    /// values is kept beside those that are there. Folding the same again changes nothing.
    /// </summary>
    /// <exception cref="BadDataException">The old and new values of a column do not fit together in one file.</exception>
    internal async Task<WriteResult> FoldAsync(
        Series series, Partition partition, StoredBars bars, Revisions revisions, Provenance provenance, CancellationToken cancellationToken)
    {
        await _owners.ClaimAsync(series, cancellationToken);
        var result = await ChangeAsync(series, partition, (held, nowMs) => BarChange.OfFold(held, bars, revisions, nowMs), cancellationToken);
        await UpdateSidecarAsync(series, provenance, AskedRanges.None, cancellationToken);
        return result;
    }

    private async Task<WriteResult> ChangeAsync(Series series, Partition partition, Func<StoredBars, long, BarChange> plan, CancellationToken cancellationToken)
    {
        var counts = await _partitions.ChangeAsync(series, partition, plan, cancellationToken);
        if (counts.Changed > 0)
            LakeLog.Restated(_logger, series, counts.Changed, partition.Name);
        return counts;
    }

    private async Task UpdateSidecarAsync(Series series, Provenance provenance, AskedRanges asked, CancellationToken cancellationToken)
    {
        var name = LakePath.Sidecar(series);
        var changed = false;
        await _sidecarTurns.RunAsync(name, () => _blobs.UpdateAsync(name, present =>
        {
            var before = present is null ? Sidecar.Empty : Sidecar.Decode(name, series, present.Bytes);
            var after = before.With(provenance, asked).Encode(series);
            // What is there may be of an older format, and is then left as it is.
            changed = present is null || !before.Encode(series).AsSpan().SequenceEqual(after);
            return changed ? after : null;
        }, cancellationToken), cancellationToken);
        if (changed)
            _listings.Changed(series);
    }
}
