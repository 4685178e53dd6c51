using TraderData.Core;

namespace TraderData.Storage;

/// <summary>One former value of each of some bars. All spans have the block's length.</summary>
/// <param name="Old">The bars as they were.</param>
/// <param name="RecordedMs">When each value was stored, Unix milliseconds UTC; <see cref="StoredBars.Unknown"/> when that is not known.</param>
/// <param name="ReplacedMs">When each value was replaced, Unix milliseconds UTC.</param>
internal sealed record RevisionLayer(BarBlock Old, ReadOnlyMemory<long> RecordedMs, ReadOnlyMemory<long> ReplacedMs)
{
    /// <summary>The bars of this layer that were valid at a time.</summary>
    public BarBlock AsOf(long timeMs)
    {
        var recorded = RecordedMs.Span;
        var replaced = ReplacedMs.Span;
        var then = new List<int>(Old.Count);
        for (var i = 0; i < Old.Count; i++)
        {
            if (recorded[i] <= timeMs && timeMs < replaced[i])
                then.Add(i);
        }

        return Old.Pick(then);
    }

    /// <summary>One revision of the layer.</summary>
    public BarRevision At(int index) =>
        new(Old.At(index), RecordedMs.Span[index] is var recorded && recorded == StoredBars.Unknown ? null : recorded, ReplacedMs.Span[index]);
}
