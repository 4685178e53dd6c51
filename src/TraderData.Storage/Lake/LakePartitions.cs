using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Reads and changes the partitions of the lake, through a cache of their bars.</summary>
internal sealed class LakePartitions(IBlobs blobs, BlockCache cache)
{
    private readonly Turns _turns = new();

    /// <summary>The bars of a partition that a listing showed, or newer ones; null when it is gone.</summary>
    /// <exception cref="StorageException">It is damaged.</exception>
    public async Task<BarBlock?> ReadAsync(Series series, Partition partition, BlobEntry blob, CancellationToken cancellationToken)
    {
        if (cache.Find(blob.Name, blob.Version) is { } kept)
            return kept;
        if (await blobs.ReadAsync(blob.Name, cancellationToken) is not { } content)
            return null;
        var block = PartitionFile.Decode(blob.Name, series, partition, content.Bytes);
        cache.Put(blob.Name, content.Version, block);
        return block;
    }

    /// <summary>Lays bars over those of a partition. When that changes nothing, the file is not touched.</summary>
    /// <exception cref="StorageException">The partition is damaged.</exception>
    /// <exception cref="BadDataException">The old and new values of a column do not fit together in one file.</exception>
    public Task<WriteResult> MergeAsync(Series series, Partition partition, BarBlock bars, CancellationToken cancellationToken)
    {
        var name = LakePath.Blob(series, partition);
        return _turns.RunAsync(name, async () =>
        {
            var counts = default(WriteResult);
            BarBlock? written = null;
            var version = await blobs.UpdateAsync(name, present =>
            {
                var merged = Merge(series, partition, Held(series, partition, name, present), bars);
                counts = merged.Counts;
                written = counts.WroteNothing ? null : merged.Block.Normalize();
                return written is null ? null : PartitionFile.Encode(series, written);
            }, cancellationToken);
            if (written is not null && version is not null)
                cache.Put(name, version, written);
            return counts;
        }, cancellationToken);
    }

    private static BarMergeResult Merge(Series series, Partition partition, BarBlock held, BarBlock bars)
    {
        try
        {
            return BarMerge.Merge(held, bars);
        }
        catch (OverflowException e)
        {
            throw new BadDataException(
                $"{series} {partition.Name}", e.Message, $"values of a column that fit together in {ScaledDecimal.MaxScale} digits in one partition", inner: e);
        }
    }

    private BarBlock Held(Series series, Partition partition, string name, BlobContent? present) => present is null
        ? BarBlock.Empty
        : cache.Find(name, present.Version) ?? PartitionFile.Decode(name, series, partition, present.Bytes);
}
