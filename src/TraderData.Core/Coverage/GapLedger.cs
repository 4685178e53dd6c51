namespace TraderData.Core;

/// <summary>
/// Lays the calendar and what is known of the source over the times without a bar: each expected bar that is not there gets its cause. Goes forward only, so
/// that a whole series costs one walk over its gaps, its sessions and its fetched ranges.
/// </summary>
internal sealed class GapLedger
{
    private readonly BarGrid _grid;
    private readonly RangeCursor _expected;
    private readonly RangeCursor _notListed;
    private readonly RangeCursor _halted;
    private readonly RangeCursor _verified;
    private readonly RangeCursor _failed;
    private readonly GapCause _absent;

    /// <summary>Begins a walk.</summary>
    /// <param name="reading">What is known of the series that is held, and of its listing.</param>
    /// <param name="grid">Where its bars are to be expected.</param>
    /// <param name="slots">All of the slots that may be asked about.</param>
    public GapLedger(SeriesReading reading, BarGrid grid, TimeRange slots)
    {
        var held = reading.Held;
        _grid = grid;
        _expected = new RangeCursor(grid.Expected(slots));
        _notListed = new RangeCursor(NotYetListed(held).With(reading.Listing.Gone));
        _halted = new RangeCursor(reading.Listing.Halted);
        _verified = new RangeCursor(held.Verified);
        _failed = new RangeCursor(held.Failures.Select(f => f.Range));
        _absent = grid.AssetClass == AssetClass.Stock ? GapCause.NoTrade : GapCause.SourceMissing;
    }

    /// <summary>The first of slots without a bar, as many as have the same cause; ask for what is behind them next.</summary>
    /// <param name="slots">Slots without a bar, none of them before the last that was asked about; not empty.</param>
    public (TimeRange Slots, GapCause Cause) First(TimeRange slots)
    {
        var isExpected = _expected.Contains(slots.StartMs, out var untilMs);
        var endMs = Math.Min(untilMs, slots.EndMs);
        if (!isExpected)
            return (new TimeRange(slots.StartMs, endMs), GapCause.SessionClosed);
        var cause = CauseAt(_grid.OpeningOf(slots.StartMs), out untilMs);
        if (untilMs < _grid.OpeningOf(endMs))
            endMs = _grid.SlotAtOrBehind(untilMs);
        return (new TimeRange(slots.StartMs, endMs), cause);
    }

    // Crypto trades all the time: what was asked for and had no bar before the first one of all was before its listing.
    private static RangeSet NotYetListed(SeriesInfo held) => held is { Provenance.AssetClass: AssetClass.Crypto, FirstMs: { } firstMs }
        ? RangeSet.Of(held.Fetched.Where(r => r.StartMs < firstMs).Select(r => new TimeRange(r.StartMs, Math.Min(r.EndMs, firstMs))))
        : RangeSet.Empty;

    private GapCause CauseAt(long openMs, out long untilMs)
    {
        untilMs = long.MaxValue;
        if (IsIn(_notListed, openMs, ref untilMs))
            return GapCause.NotListed;
        if (IsIn(_verified, openMs, ref untilMs))
            return IsIn(_halted, openMs, ref untilMs) ? GapCause.Halted : _absent;
        return IsIn(_failed, openMs, ref untilMs) ? GapCause.FetchFailed : GapCause.Pending;
    }

    private static bool IsIn(RangeCursor ranges, long timeMs, ref long untilMs)
    {
        var isIn = ranges.Contains(timeMs, out var sameUntilMs);
        untilMs = Math.Min(untilMs, sameUntilMs);
        return isIn;
    }
}
