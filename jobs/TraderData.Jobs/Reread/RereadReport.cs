using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What reading again did for one source and timeframe.</summary>
/// <param name="Source">The source.</param>
/// <param name="Timeframe">The timeframe.</param>
/// <param name="Range">From the first day that a series was not read again yet to the end of the last whole day.</param>
/// <param name="Series">Each series that was not read again up to there.</param>
public sealed record RereadReport(string Source, Timeframe Timeframe, TimeRange Range, IReadOnlyList<SeriesReport> Series)
{
    /// <summary>The sum over all series.</summary>
    public WriteResult Written => Series.Aggregate(default(WriteResult), (sum, s) => sum + s.Written);
}
