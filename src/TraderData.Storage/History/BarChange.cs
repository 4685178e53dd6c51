using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What a write makes of the bars of a partition.</summary>
/// <param name="Bars">All bars afterwards, and when they got their values.</param>
/// <param name="Former">Former values to be kept beside those that are.</param>
/// <param name="Counts">What the write did, in bars.</param>
/// <param name="IsNew">False when the bars are as they were.</param>
internal sealed record BarChange(StoredBars Bars, Revisions Former, WriteResult Counts, bool IsNew)
{
    /// <summary>Lays bars over others: those that are new or get another value get it now, the others keep their time.</summary>
    /// <param name="held">The bars that are there.</param>
    /// <param name="bars">The bars that are written.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <exception cref="OverflowException">The old and new values of a column do not fit together in 18 digits.</exception>
    public static BarChange OfWrite(StoredBars held, BarBlock bars, long nowMs)
    {
        var merged = BarMerge.Merge(held.Bars, bars);
        if (merged.Counts.WroteNothing)
            return new BarChange(held, Revisions.Empty, merged.Counts, IsNew: false);
        var updated = Carried(held, merged, nowMs);
        var replaced = new List<Replaced>(merged.Changed);
        foreach (var index in merged.Replaced)
        {
            var at = merged.Block.Times.BinarySearch(held.Bars.Times[index]);
            updated[at] = Later(nowMs, held.UpdatedMs.Span[index]);
            replaced.Add(new Replaced(index, updated[at]));
        }

        return new BarChange(new StoredBars(merged.Block, updated), FormerOf(held, replaced), merged.Counts, IsNew: true);
    }

    /// <summary>
    /// Lays bars that another tier holds over those of the lake, with their history. Bars that are new keep their time; a bar that has another value, or
    /// had one in between, takes the time it is given with, but one after all that its other values have.
    /// </summary>
    /// <param name="held">The bars that are there.</param>
    /// <param name="given">The bars of the other tier.</param>
    /// <param name="former">Their former values there.</param>
    /// <param name="nowMs">Unix milliseconds UTC: for bars with another value of which nobody knows when they got it.</param>
    /// <exception cref="OverflowException">The old and new values of a column do not fit together in 18 digits.</exception>
    public static BarChange OfFold(StoredBars held, StoredBars given, Revisions former, long nowMs)
    {
        var merged = BarMerge.Merge(held.Bars, given.Bars);
        var chains = former.RecordedTimes();
        var changed = merged.Replaced.Select(index => held.Bars.Times[index]).ToHashSet();
        var updated = Carried(held, merged, nowMs);
        var replaced = new List<Replaced>(merged.Changed);
        for (var i = 0; i < given.Bars.Count; i++)
        {
            var timeMs = given.Bars.Times[i];
            var givenMs = given.UpdatedMs.Span[i];
            var chain = chains.GetValueOrDefault(timeMs) ?? [];
            var last = chain.Count > 0 ? chain[^1] : StoredBars.Unknown;
            var at = merged.Block.Times.BinarySearch(timeMs);
            var index = held.Bars.Times.BinarySearch(timeMs);
            if (index < 0)
            {
                updated[at] = givenMs == StoredBars.Unknown ? givenMs : Later(givenMs, last);
                continue;
            }

            var heldMs = held.UpdatedMs.Span[index];
            if (last <= heldMs && !changed.Contains(timeMs))
                continue;
            var latest = Math.Max(last, heldMs);
            updated[at] = Later(givenMs == StoredBars.Unknown && latest == StoredBars.Unknown ? nowMs : givenMs, latest);
            var successor = chain.FindIndex(recorded => recorded > heldMs);
            replaced.Add(new Replaced(index, successor >= 0 ? chain[successor] : updated[at]));
        }

        var isNew = !merged.Counts.WroteNothing || replaced.Count > 0;
        return new BarChange(isNew ? new StoredBars(merged.Block, updated) : held, FormerOf(held, replaced).With(Revisions.Of(former.Layers.Select(layer => Known(held, layer)))), merged.Counts, isNew);
    }

    // No two values of a bar are recorded at the same time, also when the clock was put back.
    private static long Later(long timeMs, long thanMs) => timeMs > thanMs ? timeMs : thanMs + 1;

    // The times of the bars that were there, at their places among all; new bars have the present time.
    private static long[] Carried(StoredBars held, BarMergeResult merged, long nowMs)
    {
        var updated = new long[merged.Block.Count];
        var from = held.UpdatedMs.Span;
        var at = 0;
        foreach (var (start, count) in merged.InsertedRuns)
        {
            from[..(start - at)].CopyTo(updated.AsSpan(at));
            from = from[(start - at)..];
            updated.AsSpan(start, count).Fill(nowMs);
            at = start + count;
        }

        from.CopyTo(updated.AsSpan(at));
        return updated;
    }

    private static Revisions FormerOf(StoredBars held, List<Replaced> replaced) => replaced.Count == 0 ? Revisions.Empty : Revisions.Of(new RevisionLayer(
        held.Bars.Pick(replaced.ConvertAll(r => r.Index)),
        replaced.Select(r => held.UpdatedMs.Span[r.Index]).ToArray(),
        replaced.Select(r => r.ReplacedMs).ToArray()));

    // What a later value does not know it has from the one that is there, as the bars have.
    private static RevisionLayer Known(StoredBars held, RevisionLayer layer)
    {
        var later = new List<int>();
        for (var i = 0; i < layer.Old.Count; i++)
        {
            if (held.Bars.Times.BinarySearch(layer.Old.Times[i]) is var index and >= 0 && layer.RecordedMs.Span[i] > held.UpdatedMs.Span[index])
                later.Add(i);
        }

        var old = layer.Old.Pick(later);
        var before = held.Bars.Pick([.. later.Select(i => held.Bars.IndexAtOrAfter(layer.Old.Times[i]))]);
        return later.Count == 0 ? layer : layer with { Old = BarMerge.Merge(layer.Old, BarMerge.Merge(before, old).Block).Block };
    }

    private readonly record struct Replaced(int Index, long ReplacedMs);
}
