using System.Collections;

namespace TraderData.Core;

/// <summary>A set of times as ranges: sorted, apart from each other, none empty. Immutable.</summary>
public sealed class RangeSet : IReadOnlyList<TimeRange>
{
    /// <summary>No time at all.</summary>
    public static readonly RangeSet Empty = new([]);

    private readonly TimeRange[] _ranges;

    private RangeSet(TimeRange[] ranges) => _ranges = ranges;

    /// <inheritdoc/>
    public int Count => _ranges.Length;

    /// <inheritdoc/>
    public TimeRange this[int index] => _ranges[index];

    /// <summary>The union of any ranges, in any order; those that touch become one.</summary>
    public static RangeSet Of(IEnumerable<TimeRange> ranges)
    {
        var merged = new List<TimeRange>();
        foreach (var range in ranges.Where(r => !r.IsEmpty).OrderBy(r => r.StartMs))
        {
            if (merged.Count > 0 && merged[^1].EndMs >= range.StartMs)
                merged[^1] = new TimeRange(merged[^1].StartMs, Math.Max(merged[^1].EndMs, range.EndMs));
            else
                merged.Add(range);
        }

        return merged.Count == 0 ? Empty : new RangeSet([.. merged]);
    }

    /// <summary>This set with one more range.</summary>
    public RangeSet With(TimeRange range) => Contains(range) ? this : Of(_ranges.Append(range));

    /// <summary>This set and another.</summary>
    public RangeSet With(RangeSet other) => Of(_ranges.Concat(other._ranges));

    /// <summary>True when the whole range is in the set.</summary>
    public bool Contains(TimeRange range) => range.IsEmpty || Array.Exists(_ranges, r => r.Contains(range));

    /// <summary>The parts of <paramref name="range"/> that are not in the set, ascending.</summary>
    public IEnumerable<TimeRange> Missing(TimeRange range)
    {
        var start = range.StartMs;
        foreach (var held in _ranges)
        {
            if (held.EndMs <= start)
                continue;
            if (held.StartMs >= range.EndMs)
                break;
            if (held.StartMs > start)
                yield return new TimeRange(start, held.StartMs);
            start = held.EndMs;
        }

        if (start < range.EndMs)
            yield return new TimeRange(start, range.EndMs);
    }

    /// <inheritdoc/>
    public IEnumerator<TimeRange> GetEnumerator() => ((IEnumerable<TimeRange>)_ranges).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
