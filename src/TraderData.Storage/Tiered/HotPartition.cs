using TraderData.Core;

namespace TraderData.Storage;

/// <summary>A partition that the hot tier has bars of. Its stamp changes whenever bars of it were written.</summary>
internal sealed class HotPartition(Partition partition, long stamp)
{
    private readonly Lock _lock = new();
    private long _stamp = stamp;
    private (long Stamp, string? LakeVersion, bool AddsNothing)? _read;
    private TimeRange? _changed;

    /// <summary>The partition.</summary>
    public Partition Partition => partition;

    /// <summary>How many pieces of it were read alone since all of it was; some may be missed.</summary>
    public int Pieces { get; set; }

    /// <summary>What bars of the hot tier that are read now are good for.</summary>
    public long Stamp
    {
        get
        {
            lock (_lock)
                return _stamp;
        }
    }

    /// <summary>Takes note that bars in a range of the partition were written.</summary>
    public void Changed(TimeRange range, long stamp)
    {
        lock (_lock)
        {
            _stamp = stamp;
            _changed = _changed is { } before ? new TimeRange(Math.Min(before.StartMs, range.StartMs), Math.Max(before.EndMs, range.EndMs)) : range;
        }
    }

    /// <summary>What has to be read anew to bring the partition up to a stamp, and the stamp and lake version of what it is laid over.</summary>
    /// <returns>The stamp, and the range with what it is laid over; no range when the partition was never read.</returns>
    public (long Stamp, (TimeRange Range, long Stamp, string? LakeVersion)? Over) Pending()
    {
        lock (_lock)
            return (_stamp, _read is { } read && _changed is { } changed ? (changed, read.Stamp, read.LakeVersion) : null);
    }

    /// <summary>True when bars of the hot tier, read at its present stamp, were all found in that version of the lake's file.</summary>
    public bool AddsNothingTo(string lakeVersion)
    {
        lock (_lock)
            return _read is { AddsNothing: true } read && read.Stamp == _stamp && read.LakeVersion == lakeVersion;
    }

    /// <summary>Takes note that the partition was brought up to a stamp.</summary>
    /// <param name="stamp">The stamp.</param>
    /// <param name="lakeVersion">The version of the lake's file that its bars were laid over; null when there is none.</param>
    /// <param name="addsNothing">The lake's file has all that the hot tier has.</param>
    public void Read(long stamp, string? lakeVersion, bool addsNothing)
    {
        lock (_lock)
        {
            _read = (stamp, lakeVersion, addsNothing);
            Pieces = 0;
            // What was written meanwhile stays to be read; with it, once more, what was read now.
            if (stamp == _stamp)
                _changed = null;
        }
    }
}
