using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What this process knows of one series in the hot tier: of which partitions it has bars, and which of these changed since they were read.</summary>
internal sealed class HotSeries
{
    // Unique among all series that are ever known, so that what was read for one that is forgotten is never taken for another's.
    private static long _lastStamp;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, HotPartition> _partitions = [];
    private readonly Timeframe _timeframe;
    private IReadOnlyList<HotPartition>? _ordered;

    /// <summary>Begins to know a series.</summary>
    /// <param name="timeframe">Its timeframe.</param>
    /// <param name="knownSince">A timestamp of the clock that decides how long this is believed.</param>
    public HotSeries(Timeframe timeframe, long knownSince) => (_timeframe, KnownSince) = (timeframe, knownSince);

    /// <summary>When this began to be known, as a timestamp of the clock.</summary>
    public long KnownSince { get; }

    /// <summary>The partitions, oldest first. Some may have lost their bars to the lake since.</summary>
    public IReadOnlyList<HotPartition> Partitions
    {
        get
        {
            lock (_lock)
                return _ordered ??= [.. _partitions.Values];
        }
    }

    /// <summary>Adds partitions that hold bars.</summary>
    public void Add(IEnumerable<Partition> partitions)
    {
        lock (_lock)
        {
            foreach (var partition in partitions)
                _ = At(partition);
        }
    }

    /// <summary>Takes note that bars in a range were written.</summary>
    public void Changed(TimeRange range)
    {
        if (range.IsEmpty)
            return;
        lock (_lock)
        {
            for (var startMs = range.StartMs; startMs < range.EndMs;)
            {
                var partition = Partition.At(_timeframe, startMs);
                At(partition).Changed(range.Intersect(partition.Range), NextStamp());
                startMs = partition.Range.EndMs;
            }
        }
    }

    private static long NextStamp() => Interlocked.Increment(ref _lastStamp);

    private HotPartition At(Partition partition)
    {
        if (_partitions.TryGetValue(partition.Range.StartMs, out var known))
            return known;
        _ordered = null;
        return _partitions[partition.Range.StartMs] = new HotPartition(partition, NextStamp());
    }
}
