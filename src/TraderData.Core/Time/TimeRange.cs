namespace TraderData.Core;

/// <summary>A half-open range of time, <c>[start, end)</c>, in Unix milliseconds UTC. Empty when start = end.</summary>
public readonly record struct TimeRange
{
    /// <summary>Every time that can be stored.</summary>
    public static readonly TimeRange All = new(TimeText.MinMs, TimeText.MaxMs);

    /// <summary>Makes a range.</summary>
    /// <exception cref="ArgumentException"><paramref name="endMs"/> is before <paramref name="startMs"/>.</exception>
    public TimeRange(long startMs, long endMs)
    {
        if (endMs < startMs)
            throw new ArgumentException($"a range must not end before it starts: {TimeText.Iso(startMs)} to {TimeText.Iso(endMs)}");
        StartMs = startMs;
        EndMs = endMs;
    }

    /// <summary>The first millisecond in the range.</summary>
    public long StartMs { get; }

    /// <summary>The first millisecond behind the range.</summary>
    public long EndMs { get; }

    /// <summary>True when no time is in the range.</summary>
    public bool IsEmpty => StartMs == EndMs;

    /// <summary>True when the time is in the range.</summary>
    public bool Contains(long timeMs) => timeMs >= StartMs && timeMs < EndMs;

    /// <summary>True when the whole of <paramref name="other"/> is in the range.</summary>
    public bool Contains(TimeRange other) => other.StartMs >= StartMs && other.EndMs <= EndMs;

    /// <summary>What both ranges hold; empty when nothing.</summary>
    public TimeRange Intersect(TimeRange other)
    {
        var start = Math.Max(StartMs, other.StartMs);
        return new TimeRange(start, Math.Max(start, Math.Min(EndMs, other.EndMs)));
    }

    /// <summary><c>2024-01-01T00:00:00Z to 2024-02-01T00:00:00Z</c>.</summary>
    public override string ToString() => $"{TimeText.Iso(StartMs)} to {TimeText.Iso(EndMs)}";
}
