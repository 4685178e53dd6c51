namespace TraderData.Core;

/// <summary>The gaps of a series: the first are listed, all are counted.</summary>
internal sealed class GapList(Timeframe timeframe, RangeSet fetched)
{
    private readonly List<Gap> _listed = [];

    public IReadOnlyList<Gap> Listed => _listed;

    public long Count { get; private set; }

    public long Bars { get; private set; }

    public void AddAll(IEnumerable<TimeRange> ranges)
    {
        foreach (var range in ranges)
            Add(range);
    }

    public void Add(TimeRange range)
    {
        var bars = timeframe.CountIn(range);
        if (bars == 0)
            return;
        Count++;
        Bars += bars;
        if (_listed.Count < CoverageScan.MaxGaps)
            _listed.Add(new Gap(range, bars, fetched.Contains(range)));
    }
}
