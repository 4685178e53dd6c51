namespace TraderData.Core;

/// <summary>The made bars that lack parts, in runs: the first runs are listed, all are counted.</summary>
internal sealed class IncompleteList
{
    private readonly List<IncompleteRun> _listed = [];
    private long _endMs = long.MinValue;

    public IReadOnlyList<IncompleteRun> Listed => _listed;

    public long Count { get; private set; }

    public long Bars { get; private set; }

    public long MissingParts { get; private set; }

    /// <summary>Takes the next bar, in ascending order; one that lacks nothing ends a run.</summary>
    public void Add(TimeRange bar, long missingParts)
    {
        if (missingParts == 0)
            return;
        Bars++;
        MissingParts += missingParts;
        var next = bar.StartMs == _endMs;
        _endMs = bar.EndMs;
        if (!next)
            Count++;
        if (next && Count == _listed.Count)
            _listed[^1] = new IncompleteRun(new TimeRange(_listed[^1].Range.StartMs, bar.EndMs), _listed[^1].Bars + 1, _listed[^1].MissingParts + missingParts);
        else if (!next && _listed.Count < CoverageScan.MaxGaps)
            _listed.Add(new IncompleteRun(bar, 1, missingParts));
    }
}
