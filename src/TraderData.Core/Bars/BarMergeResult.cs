namespace TraderData.Core;

/// <summary>What came of laying one block over another.</summary>
/// <param name="Block">All bars of both, the later block's where both have one; the earlier block itself when nothing is new.</param>
/// <param name="Inserted">Bars that only the later block has.</param>
/// <param name="Changed">Bars of both with different values: restatements.</param>
/// <param name="Same">Bars of both with the same values.</param>
public sealed record BarMergeResult(BarBlock Block, int Inserted, int Changed, int Same)
{
    /// <summary>The same counts as a store reports them.</summary>
    public WriteResult Counts => new(Inserted, Changed, Same);

    /// <summary>Where in <see cref="Block"/> the inserted bars stand: runs, ascending, apart from each other.</summary>
    public IReadOnlyList<(int Start, int Count)> InsertedRuns { get; init; } = [];

    /// <summary>Where in the earlier block the bars stand that were changed, ascending.</summary>
    public IReadOnlyList<int> Replaced { get; init; } = [];
}
