using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Decides whether a query is answered from a part of a partition, or the whole of it is read and kept for the next one.</summary>
internal static class PartitionPiece
{
    // A piece costs at most about a fifth of its partition: where bars are missing, the times are decoded in either case.
    private const int MaxPieces = 5;
    private const int SmallPart = 4;

    /// <summary>True while it is cheaper not to read all of it.</summary>
    /// <param name="timeframe">The timeframe.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="pieces">How many pieces of the partition were read alone so far.</param>
    /// <param name="cache">Where all of it would be kept.</param>
    public static bool IsReadAlone(Timeframe timeframe, Partition partition, BarQuery query, int pieces, BlockCache cache)
    {
        var within = partition.Range.Intersect(query.Range);
        var bars = Math.Min((within.EndMs - within.StartMs) / timeframe.DurationMs, query.Limit ?? long.MaxValue);
        var isSmall = bars <= (partition.Range.EndMs - partition.Range.StartMs) / timeframe.DurationMs / SmallPart;
        return isSmall && (pieces < MaxPieces || cache.CapacityBytes == 0);
    }
}
