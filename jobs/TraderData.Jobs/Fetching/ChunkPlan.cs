using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Cuts a range into the parts that are fetched and written at once. A chunk is a partition of the lake, so that each file is written once:
/// a month of 1m to 30m, a year of 1h and 4h, a decade of 1d and 1w. The largest, a month of 1m, has 44,640 bars.
/// </summary>
internal static class ChunkPlan
{
    /// <summary>The chunks of a range, oldest first, clipped to it; none when the range is empty.</summary>
    public static IReadOnlyList<TimeRange> Split(Timeframe timeframe, TimeRange range)
    {
        var chunks = new List<TimeRange>();
        for (var start = range.StartMs; start < range.EndMs;)
        {
            var end = Math.Min(Partition.At(timeframe, start).Range.EndMs, range.EndMs);
            chunks.Add(new TimeRange(start, end));
            start = end;
        }

        return chunks;
    }
}
