namespace TraderData.Connectors;

/// <summary>The piece of a source's minute that one process holds for requests of one priority, and the queue for it.</summary>
internal sealed class LeaseLane(RequestPriority priority)
{
    private long _minute;
    private int _left;
    private int _piece;

    /// <summary>Whoever is served next.</summary>
    public SemaphoreSlim Turn { get; } = new(1, 1);

    public RequestPriority Priority => priority;

    /// <summary>The weight that is left for a minute.</summary>
    public int LeftIn(long minute) => _minute == minute ? _left : 0;

    /// <summary>Uses a part of what is left.</summary>
    /// <returns>False when there is not as much for this minute.</returns>
    public bool TryTake(int weight, long minute)
    {
        if (LeftIn(minute) < weight)
            return false;
        _left -= weight;
        return true;
    }

    /// <summary>Adds to what is left; what is left of another minute is over.</summary>
    public void Add(int weight, long minute)
    {
        _left = LeftIn(minute) + weight;
        _minute = minute;
    }

    /// <summary>How much to hold: twice as much each time within a minute, so that a process with little to do keeps little from the others.</summary>
    public int NextPiece(long minute, int weight, int longest)
    {
        _piece = _minute == minute ? Math.Min(longest, _piece * 2) : 0;
        return _piece = Math.Max(_piece, weight);
    }
}
