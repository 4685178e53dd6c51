using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What an ingest did.</summary>
/// <param name="Source">The source.</param>
/// <param name="Timeframe">The timeframe.</param>
/// <param name="Series">One report for each series of the watch list, in its order.</param>
public sealed record IngestReport(string Source, Timeframe Timeframe, IReadOnlyList<SeriesReport> Series)
{
    /// <summary>True when a series is not up to date.</summary>
    public bool Failed => Series.Any(s => s.Failed);

    /// <summary>The sum over all series.</summary>
    public WriteResult Written => Series.Aggregate(default(WriteResult), (sum, s) => sum + s.Written);
}
