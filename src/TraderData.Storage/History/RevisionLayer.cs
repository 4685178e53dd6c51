using TraderData.Core;

namespace TraderData.Storage;

/// <summary>One former value of each of some bars. All spans have the block's length.</summary>
/// <param name="Old">The bars as they were.</param>
/// <param name="RecordedMs">When each value was stored, Unix milliseconds UTC; <see cref="StoredBars.Unknown"/> when that is not known.</param>
/// <param name="ReplacedMs">When each value was replaced, Unix milliseconds UTC.</param>
internal sealed record RevisionLayer(BarBlock Old, ReadOnlyMemory<long> RecordedMs, ReadOnlyMemory<long> ReplacedMs)
{
    /// <summary>One revision of the layer.</summary>
    public BarRevision At(int index) =>
        new(Old.At(index), RecordedMs.Span[index] is var recorded && recorded == StoredBars.Unknown ? null : recorded, ReplacedMs.Span[index]);
}
