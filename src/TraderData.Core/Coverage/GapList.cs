namespace TraderData.Core;

/// <summary>The gaps of a series: the first are listed, all are counted.</summary>
/// <param name="grid">The grid that slots stand on.</param>
/// <param name="endMs">No gap is told to end behind this.</param>
internal sealed class GapList(BarGrid grid, long endMs)
{
    private readonly List<Gap> _listed = [];
    private CauseCounts _causes;
    private GapCause _lastCause = GapCause.SessionClosed;
    private long _lastEndMs = long.MinValue;

    public IReadOnlyList<Gap> Listed => _listed;

    public long Count { get; private set; }

    public CauseCounts Causes => _causes;

    /// <summary>Takes the next slots without a bar. Of the same cause as those before, with no more than a closed session in between, they are one gap.</summary>
    public void Add(TimeRange slots, GapCause cause)
    {
        var bars = (slots.EndMs - slots.StartMs) / grid.Timeframe.DurationMs;
        _causes = _causes.With(cause, bars);
        var follows = slots.StartMs == _lastEndMs;
        _lastEndMs = slots.EndMs;
        if (!follows)
            _lastCause = GapCause.SessionClosed;
        if (cause == GapCause.SessionClosed)
            return;
        var joins = cause == _lastCause;
        _lastCause = cause;
        if (!joins)
            Count++;
        var gapEndMs = Math.Min(grid.OpeningOf(slots.EndMs), endMs);
        if (joins && Count == _listed.Count)
            _listed[^1] = new Gap(new TimeRange(_listed[^1].Range.StartMs, gapEndMs), _listed[^1].Bars + bars, cause);
        else if (!joins && _listed.Count < CoverageScan.MaxGaps)
            _listed.Add(new Gap(new TimeRange(grid.OpeningOf(slots.StartMs), gapEndMs), bars, cause));
    }
}
