using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Decides what of the gaps of a series is asked for again now.</summary>
internal static class RepairPlan
{
    /// <summary>
    /// Held bars between two gaps up to which both are asked for at once: as many as fit in the smallest page of a source, so that it costs no more requests.
    /// </summary>
    private const int BarsBetween = 1_000;

    /// <summary>
    /// The due part of a gap: of what was never asked, all; of what was asked once, what is old enough; of what failed, the whole
    /// failed range when its time to wait is over, so that nothing of the failure is left.
    /// </summary>
    public static RangeSet DueOf(Gap gap, SeriesInfo info, RepairOptions options, long nowMs)
    {
        if (gap.Cause == GapCause.FetchFailed)
            return RangeSet.Of(info.Failures.Where(f => options.DueMs(f.AtMs, f.Tries) <= nowMs && !f.Range.Intersect(gap.Range).IsEmpty).Select(f => f.Range));
        if (gap.Cause != GapCause.Pending)
            return RangeSet.Empty;
        var old = new TimeRange(TimeText.MinMs, VerifiedBefore(options, nowMs)).Intersect(gap.Range);
        return RangeSet.Of(info.Fetched.Missing(gap.Range).Append(old));
    }

    /// <summary>What opens before this time may be asked a second time, Unix milliseconds UTC.</summary>
    public static long VerifiedBefore(RepairOptions options, long nowMs) => nowMs - (long)options.VerifyAfter.TotalMilliseconds;

    /// <summary>
    /// The ranges to ask for: due ranges with few held bars in between are one. Those of stocks are joined within a partition, since most of the time between
    /// them is closed.
    /// </summary>
    public static IReadOnlyList<TimeRange> Ranges(SeriesInfo info, RangeSet due)
    {
        var timeframe = info.Series.Timeframe;
        var joined = new List<TimeRange>();
        foreach (var range in due)
        {
            if (joined.Count > 0 && IsNear(joined[^1].EndMs, range.StartMs))
                joined[^1] = new TimeRange(joined[^1].StartMs, range.EndMs);
            else
                joined.Add(range);
        }

        return joined;

        bool IsNear(long endMs, long startMs) => info.Provenance.AssetClass == AssetClass.Stock
            ? Partition.At(timeframe, endMs) == Partition.At(timeframe, startMs)
            : startMs - endMs <= BarsBetween * timeframe.DurationMs;
    }
}
