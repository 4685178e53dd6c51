using TraderData.Core;

namespace TraderData.Storage;

/// <summary>All that is stored of a partition.</summary>
/// <param name="Bars">The bars, and when they got their values.</param>
/// <param name="Revisions">Their former values.</param>
internal sealed record LakePartition(StoredBars Bars, Revisions Revisions)
{
    /// <summary>The same history with each value once: one that was replaced by its equal was not replaced. Folding from another tier may bring such.</summary>
    public LakePartition Condensed()
    {
        if (Revisions.Count == 0)
            return this;
        var updated = Bars.UpdatedMs.ToArray();
        var kept = new List<RevisionLayer>();
        var dropped = false;
        foreach (var chain in Revisions.In(TimeRange.All).GroupBy(revision => revision.Old.TimeMs))
        {
            var index = Bars.Bars.Times.BinarySearch(chain.Key);
            List<BarRevision> values = [];
            foreach (var revision in chain)
            {
                if (values.Count > 0 && values[^1].Old == revision.Old && values[^1].ReplacedMs == revision.RecordedMs)
                    values[^1] = values[^1] with { ReplacedMs = revision.ReplacedMs };
                else
                    values.Add(revision);
            }

            if (values[^1].Old == Bars.Bars.At(index) && values[^1].ReplacedMs == updated[index])
            {
                updated[index] = values[^1].RecordedMs ?? StoredBars.Unknown;
                values.RemoveAt(values.Count - 1);
            }

            dropped |= values.Count < chain.Count();
            kept.AddRange(values.Select(LayerOf));
        }

        return dropped ? new LakePartition(Bars with { UpdatedMs = updated }, Revisions.Of(kept)) : this;
    }

    private static RevisionLayer LayerOf(BarRevision revision)
    {
        var bars = new BarBlockBuilder("former values", 1);
        bars.Add(revision.Old);
        return new RevisionLayer(bars.Build(), new[] { revision.RecordedMs ?? StoredBars.Unknown }, new[] { revision.ReplacedMs });
    }
}
