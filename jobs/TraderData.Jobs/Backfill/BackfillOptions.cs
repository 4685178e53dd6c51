namespace TraderData.Jobs;

/// <summary>How backfills run.</summary>
public sealed class BackfillOptions
{
    /// <summary>The default of <see cref="ParallelSeries"/>: enough to hide the latency of a source, few enough that each holds a month of 1m bars in memory.</summary>
    public const int DefaultParallelSeries = 4;

    /// <summary>How many series of one backfill or ingest are fetched at a time, 1 to 64. All share the budget of their source.</summary>
    public int ParallelSeries { get; set; } = DefaultParallelSeries;

    /// <summary>What is wrong with these settings; empty when nothing.</summary>
    internal IEnumerable<string> Check()
    {
        if (ParallelSeries is < 1 or > 64)
            yield return $"parallel series must be 1 to 64, was {ParallelSeries}";
    }
}
