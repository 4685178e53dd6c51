namespace TraderData.Core;

/// <summary>
/// Where the bars of a series are to be expected. Each has a slot on the grid in UTC: the time it opens at, but for the days and weeks of stocks, which open
/// at midnight in New York and have the slot of the same date in UTC.
/// </summary>
internal sealed class BarGrid(Timeframe timeframe, AssetClass assetClass)
{
    // From the first slot that can have a session to behind the last.
    private static readonly TimeRange Sessions = new(SlotOf(new DateOnly(NyseCalendar.FirstYear, 1, 2)), SlotOf(new DateOnly(NyseCalendar.LastYear + 1, 1, 1)));

    private readonly ITradingCalendar _calendar = TradingCalendar.Of(assetClass);
    private readonly bool _followsNewYork = assetClass == AssetClass.Stock && timeframe.DurationMs >= Timeframe.D1.DurationMs;

    /// <summary>How far slots are apart.</summary>
    public Timeframe Timeframe => timeframe;

    /// <summary>What is traded.</summary>
    public AssetClass AssetClass => assetClass;

    /// <summary>When the bar of a slot opens, if it is expected.</summary>
    public long OpeningOf(long slotMs) => _followsNewYork && Sessions.Contains(slotMs)
        ? NyseCalendar.MidnightMs(DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(slotMs)))
        : slotMs;

    /// <summary>The slot of the first bar that opens at a time or behind it.</summary>
    public long SlotAtOrBehind(long timeMs)
    {
        if (!_followsNewYork || !Sessions.Contains(timeMs))
            return timeframe.Ceiling(timeMs);
        var slotMs = timeframe.Floor(SlotOf(NyseCalendar.DateAt(timeMs)));
        return OpeningOf(slotMs) >= timeMs ? slotMs : slotMs + timeframe.DurationMs;
    }

    /// <summary>Ranges in which a bar is expected in each slot, ascending, from those that touch a range on; they may overlap.</summary>
    public IEnumerable<TimeRange> Expected(TimeRange slots)
    {
        foreach (var session in _calendar.Sessions(slots))
            yield return new TimeRange(timeframe.Floor(session.StartMs), timeframe.Ceiling(session.EndMs));
    }

    private static long SlotOf(DateOnly date) => (date.ToDateTime(TimeOnly.MinValue).Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
}
