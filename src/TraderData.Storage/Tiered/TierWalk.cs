using System.Collections;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The partitions of either tier that overlap a range, each once, in the order of reading; with what is known of it in the hot tier.</summary>
/// <param name="hot">Those of the hot tier, oldest first.</param>
/// <param name="lake">Those of the lake, oldest first.</param>
/// <param name="range">The range.</param>
/// <param name="newestFirst">From the newest back.</param>
internal sealed class TierWalk(
    IReadOnlyList<HotPartition> hot, IReadOnlyList<(Partition Partition, BlobEntry Blob)> lake, TimeRange range, bool newestFirst)
    : IEnumerable<(Partition Partition, HotPartition? Above)>
{
    /// <inheritdoc/>
    public IEnumerator<(Partition Partition, HotPartition? Above)> GetEnumerator()
    {
        int h = 0, l = 0;
        while (h < hot.Count || l < lake.Count)
        {
            var above = h < hot.Count ? hot[Index(h, hot.Count)] : null;
            var below = l < lake.Count ? lake[Index(l, lake.Count)].Partition : (Partition?)null;
            var order = above is null ? 1 : below is null ? -1 : above.Partition.Range.StartMs.CompareTo(below.Value.Range.StartMs) * (newestFirst ? -1 : 1);
            h += order <= 0 ? 1 : 0;
            l += order >= 0 ? 1 : 0;
            var partition = order <= 0 ? above!.Partition : below!.Value;
            if (!partition.Range.Intersect(range).IsEmpty)
                yield return (partition, order <= 0 ? above : null);
        }
    }

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int Index(int at, int count) => newestFirst ? count - 1 - at : at;
}
