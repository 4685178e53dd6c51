using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What a stream told of one series and is not written yet. Safe for any thread.</summary>
/// <param name="series">The series.</param>
/// <param name="mayLackBars">True when there is not a bar for every interval: of stocks, where no trade makes none.</param>
internal sealed class StreamLane(Series series, bool mayLackBars)
{
    // A writer takes them all at once; more come together only when the store is away, and REST brings those.
    private const int MaxWaiting = 1_000;

    private readonly Lock _lock = new();
    private readonly List<(Bar Bar, long HeardAt)> _unsettled = [];
    private List<Bar> _final = [];
    private bool _isQueued;
    private Bar? _provisional;

    public Series Series => series;

    public bool MayLackBars => mayLackBars;

    /// <summary>Up to when the store is known to have everything, Unix milliseconds UTC; null when that is not known. Belongs to the writer.</summary>
    public long? KnownEndMs { get; set; }

    /// <summary>What the connection's begin asks of the source's API.</summary>
    public Task Filling { get; set; } = Task.CompletedTask;

    /// <summary>Takes a bar that may still change, for those who ask for such.</summary>
    public void AddProvisional(in Bar bar)
    {
        lock (_lock)
            _provisional = bar;
    }

    /// <summary>Gives the bar that may still change, if one came since it was taken last.</summary>
    public Bar? TakeProvisional()
    {
        lock (_lock)
        {
            var taken = _provisional;
            _provisional = null;
            return taken;
        }
    }

    /// <summary>Takes a bar that is final.</summary>
    /// <returns>True when the lane has to be queued for a writer.</returns>
    public bool AddFinal(in Bar bar)
    {
        lock (_lock)
            return Add(bar);
    }

    /// <summary>Takes a closed bar that may still be changed, in place of what came of it before.</summary>
    /// <param name="bar">The bar.</param>
    /// <param name="now">When it came, a timestamp.</param>
    public void AddUnsettled(Bar bar, long now)
    {
        lock (_lock)
        {
            var known = _unsettled.FindIndex(u => u.Bar.TimeMs == bar.TimeMs);
            if (known >= 0)
                _unsettled[known] = (bar, _unsettled[known].HeardAt);
            else if (_unsettled.Count < MaxWaiting)
                _unsettled.Add((bar, now));
        }
    }

    /// <summary>Makes final what was heard before a timestamp.</summary>
    /// <returns>True when the lane has to be queued for a writer.</returns>
    public bool Settle(long heardBefore)
    {
        lock (_lock)
        {
            var queue = false;
            for (var i = 0; i < _unsettled.Count;)
            {
                if (_unsettled[i].HeardAt > heardBefore)
                {
                    i++;
                    continue;
                }

                queue |= Add(_unsettled[i].Bar);
                _unsettled.RemoveAt(i);
            }

            return queue;
        }
    }

    /// <summary>Forgets what is not settled: an update of it may have been missed.</summary>
    public void DropUnsettled()
    {
        lock (_lock)
            _unsettled.Clear();
    }

    /// <summary>Gives the final bars, ascending, to a writer.</summary>
    public List<Bar> Take()
    {
        lock (_lock)
        {
            var taken = _final;
            (_final, _isQueued) = ([], false);
            return taken;
        }
    }

    private bool Add(in Bar bar)
    {
        var timeMs = bar.TimeMs;
        var at = _final.FindLastIndex(f => f.TimeMs <= timeMs);
        if (at >= 0 && _final[at].TimeMs == timeMs)
            _final[at] = bar;
        else if (_final.Count < MaxWaiting)
            _final.Insert(at + 1, bar);
        var queue = !_isQueued;
        _isQueued = true;
        return queue;
    }
}
