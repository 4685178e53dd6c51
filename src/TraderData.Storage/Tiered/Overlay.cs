using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Lays the blocks of one stream over those of another, window by window, holding one block of each. Both streams run the same way; a window ends
/// where the first of the two held blocks does, so that nothing that is still to come belongs in it.
/// </summary>
internal sealed class Overlay(bool newestFirst)
{
    private BarBlock _lake = BarBlock.Empty;
    private BarBlock _hot = BarBlock.Empty;
    private bool _lakeEnded;
    private bool _hotEnded;

    /// <summary>True when <see cref="PushLake"/> must be called before <see cref="Next"/>.</summary>
    public bool NeedsLake => _lake.Count == 0 && !_lakeEnded;

    /// <summary>True when <see cref="PushHot"/> must be called before <see cref="Next"/>.</summary>
    public bool NeedsHot => _hot.Count == 0 && !_hotEnded;

    /// <summary>Takes the next block of the lower stream; null when it has ended.</summary>
    public void PushLake(BarBlock? block) => (_lake, _lakeEnded) = (block ?? BarBlock.Empty, block is null);

    /// <summary>Takes the next block of the upper stream; null when it has ended.</summary>
    public void PushHot(BarBlock? block) => (_hot, _hotEnded) = (block ?? BarBlock.Empty, block is null);

    /// <summary>The next window; null when both streams have ended.</summary>
    public BarBlock? Next()
    {
        if (_lake.Count == 0 && _hot.Count == 0)
            return null;
        if (_lake.Count == 0)
            return Take(ref _hot, EndOf(_hot));
        if (_hot.Count == 0)
            return Take(ref _lake, EndOf(_lake));
        var end = newestFirst ? Math.Max(EndOf(_lake), EndOf(_hot)) : Math.Min(EndOf(_lake), EndOf(_hot));
        return BarMerge.Merge(Take(ref _lake, end), Take(ref _hot, end)).Block;
    }

    private long EndOf(BarBlock block) => newestFirst ? block.FirstMs : block.LastMs;

    // The bars of a block up to a time, that time included, in the order of reading.
    private BarBlock Take(ref BarBlock block, long end)
    {
        var index = block.IndexAtOrAfter(newestFirst ? end : end + 1);
        var taken = newestFirst ? block.Slice(index, block.Count - index) : block.Slice(0, index);
        block = newestFirst ? block.Slice(0, index) : block.Slice(index, block.Count - index);
        return taken;
    }
}
