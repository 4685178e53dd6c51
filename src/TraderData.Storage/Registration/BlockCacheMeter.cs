using System.Diagnostics.Metrics;

namespace TraderData.Storage;

/// <summary>How a cache of decoded partitions fares.</summary>
/// <param name="Hits">How often what was looked for was kept.</param>
/// <param name="Misses">How often it was not, and was read and decoded.</param>
/// <param name="Bytes">How many bytes the kept partitions take.</param>
public readonly record struct BlockCacheStatistics(long Hits, long Misses, long Bytes);

/// <summary>Publishes the cache's counters: meter <c>TraderData.Storage</c>, <c>block_cache.hits</c>, <c>block_cache.misses</c> and <c>block_cache.bytes</c>.</summary>
internal sealed class BlockCacheMeter : IDisposable
{
    private readonly Meter _meter = new("TraderData.Storage");

    /// <summary>Begins to publish; disposing ends it.</summary>
    public BlockCacheMeter(BlockCache cache)
    {
        _meter.CreateObservableCounter("block_cache.hits", () => cache.Hits, description: "Reads of a partition that was kept decoded");
        _meter.CreateObservableCounter("block_cache.misses", () => cache.Misses, description: "Reads of a partition that was not");
        _meter.CreateObservableGauge("block_cache.bytes", () => cache.Bytes, "By", "Bytes of partitions that are kept decoded");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
