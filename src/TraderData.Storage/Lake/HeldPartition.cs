using TraderData.Core;

namespace TraderData.Storage;

/// <summary>A version of a partition's file, decoded.</summary>
/// <param name="Bars">Its bars.</param>
/// <param name="Updated">When they got their values; null when that was not asked for.</param>
/// <param name="Revisions">How many former values the file of revisions beside it holds at least; 0 when there is none that matters.</param>
internal sealed record HeldPartition(BarBlock Bars, UpdateRuns? Updated, int Revisions)
{
    /// <summary>A partition that is not there.</summary>
    public static readonly HeldPartition None = new(BarBlock.Empty, UpdateRuns.Of([]), 0);

    // An entry's name, nodes and array headers; matters only for many tiny partitions.
    private const int OverheadBytes = 512;

    /// <summary>How many bytes it takes in memory.</summary>
    public long Bytes =>
        OverheadBytes + ((long)Bars.Count * sizeof(long) * (6 + (Bars.HasVwap ? 1 : 0) + (Bars.HasTrades ? 1 : 0))) + (Updated?.Bytes ?? 0);

    /// <summary>The bars with their times of update, which must have been asked for.</summary>
    public StoredBars Stored() => new(Bars, Updated!.ToArray());

    /// <summary>The same at the least scales, as files are made of.</summary>
    public StoredBars Normal() => new(Bars.Normalize(), Updated!.ToArray());
}

