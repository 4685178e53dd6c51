namespace TraderData.Core;

/// <summary>
/// Tells how many of the fine bars that make a coarse one are missing. For crypto and imports every fine time of the grid is expected. For stocks,
/// which have no bar without a trade, only what lies in a session and was never asked of the source is missing.
/// </summary>
internal sealed class BucketRule(SeriesInfo held, Timeframe to)
{
    private readonly long _slots = to.DurationMs / held.Series.Timeframe.DurationMs;
    private readonly BarGrid? _sessions = held.Provenance.AssetClass == AssetClass.Stock ? new BarGrid(held.Series.Timeframe, AssetClass.Stock) : null;

    /// <summary>How many fine bars a coarse one lacks.</summary>
    /// <param name="bucketMs">The coarse bar's opening time.</param>
    /// <param name="slotsHeld">How many times of the fine grid have a bar in it.</param>
    public long MissingIn(long bucketMs, long slotsHeld)
    {
        if (_sessions is null)
            return _slots - slotsHeld;
        var bucket = new TimeRange(bucketMs, bucketMs + to.DurationMs);
        return held.Fetched.Contains(Openings(bucket)) ? 0 : RangeSet.Of(_sessions.Expected(bucket).Select(bucket.Intersect)).Sum(NeverAsked);
    }

    private long NeverAsked(TimeRange slots) => held.Fetched.Missing(Openings(slots)).Sum(range =>
        (_sessions!.SlotAtOrBehind(range.EndMs) - _sessions.SlotAtOrBehind(range.StartMs)) / held.Series.Timeframe.DurationMs);

    private TimeRange Openings(TimeRange slots) => new(_sessions!.OpeningOf(slots.StartMs), _sessions.OpeningOf(slots.EndMs));
}

/// <summary>Counts the times of a grid that have a bar: an imported day of a session stands off the grid and fills the day that it falls in.</summary>
internal struct SlotCount
{
    private bool _any;
    private long _nextMs;

    /// <summary>How many times of the grid had a bar so far.</summary>
    public long Count { get; private set; }

    /// <summary>Looks at the next opening times, ascending.</summary>
    public void Add(ReadOnlySpan<long> times, Timeframe timeframe)
    {
        if (!_any && times.Length > 0)
            (_any, _nextMs) = (true, timeframe.Floor(times[0]));
        foreach (var timeMs in times)
        {
            if (timeMs < _nextMs)
                continue;
            Count++;
            _nextMs = (timeMs == _nextMs ? timeMs : timeframe.Floor(timeMs)) + timeframe.DurationMs;
        }
    }
}
