using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Bars, and when the store got the value that each of them has.</summary>
/// <param name="Bars">The bars.</param>
/// <param name="UpdatedMs">One time for each bar, Unix milliseconds UTC; <see cref="Unknown"/> when it is not known, which is before all others.</param>
internal sealed record StoredBars(BarBlock Bars, ReadOnlyMemory<long> UpdatedMs)
{
    /// <summary>Stands for a time that is not known: the bar was always there, as far as anybody can tell.</summary>
    public const long Unknown = long.MinValue;

    /// <summary>No bars.</summary>
    public static readonly StoredBars Empty = new(BarBlock.Empty, ReadOnlyMemory<long>.Empty);

    /// <summary>Bars that follow each other in time, as one.</summary>
    /// <exception cref="OverflowException">The values of a column do not fit together in 18 digits.</exception>
    public static StoredBars Join(IReadOnlyList<StoredBars> parts)
    {
        var updated = GC.AllocateUninitializedArray<long>(parts.Sum(part => part.UpdatedMs.Length));
        var rest = updated.AsMemory();
        foreach (var part in parts)
        {
            part.UpdatedMs.CopyTo(rest);
            rest = rest[part.UpdatedMs.Length..];
        }

        return new StoredBars(BarMerge.MergeAll([.. parts.Select(part => part.Bars)]), updated);
    }

    /// <summary>The bars whose opening time is in a range, on the same columns.</summary>
    public StoredBars Between(TimeRange range)
    {
        var start = Bars.IndexAtOrAfter(range.StartMs);
        var count = Bars.IndexAtOrAfter(range.EndMs) - start;
        return new StoredBars(Bars.Slice(start, count), UpdatedMs.Slice(start, count));
    }

    /// <summary>The bars that had their present value at a time.</summary>
    public BarBlock AsOf(long timeMs)
    {
        var updated = UpdatedMs.Span;
        if (timeMs == long.MaxValue || updated.IndexOfAnyInRange(timeMs + 1, long.MaxValue) < 0)
            return Bars;
        var then = new List<int>(updated.Length);
        for (var i = 0; i < updated.Length; i++)
        {
            if (updated[i] <= timeMs)
                then.Add(i);
        }

        return Bars.Pick(then);
    }

    /// <summary>The bars as they were at a time: those that had their present value then, and the former values of the others.</summary>
    /// <param name="timeMs">Unix milliseconds UTC.</param>
    /// <param name="revisions">The former values of these bars; those of other bars are left out.</param>
    /// <exception cref="OverflowException">Present and former values of a column do not fit together in 18 digits.</exception>
    public BarBlock AsOf(long timeMs, Revisions revisions)
    {
        if (Bars.Count == 0)
            return Bars;
        var present = AsOf(timeMs);
        if (present.Count == Bars.Count)
            return Bars;
        var former = revisions.AsOf(timeMs, new TimeRange(Bars.FirstMs, Bars.LastMs + 1));
        var only = new List<int>(former.Count);
        for (var i = 0; i < former.Count; i++)
        {
            if (present.Times.BinarySearch(former.Times[i]) < 0 && Bars.Times.BinarySearch(former.Times[i]) >= 0)
                only.Add(i);
        }

        return BarMerge.Merge(present, former.Pick(only)).Block;
    }
}
