using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What to bring into the store.</summary>
/// <param name="Source">The source's name: <c>binance</c>.</param>
/// <param name="Symbols">The source's symbols; each is fetched once, however often it stands here.</param>
/// <param name="Timeframe">The timeframe of the bars.</param>
/// <param name="Range">Opening times to fetch; what is not closed yet is left out.</param>
/// <param name="Again">
/// True to ask for what is held too, so that restatements are found and gaps become known ones, and for files of archives that were refused; false to ask
/// only for what was never fetched.
/// </param>
/// <param name="Archives">False to ask the source's API for everything, and none of its archives.</param>
public sealed record BackfillRequest(
    string Source, IReadOnlyList<string> Symbols, Timeframe Timeframe, TimeRange Range, bool Again = false, bool Archives = true);

/// <summary>How far a backfill is with one series.</summary>
/// <param name="Series">The series.</param>
/// <param name="ChunksDone">Chunks that are held now, fetched or skipped.</param>
/// <param name="ChunksTotal">How many chunks the range has.</param>
/// <param name="Written">What came of the bars so far.</param>
public readonly record struct BackfillProgress(Series Series, int ChunksDone, int ChunksTotal, WriteResult Written);

/// <summary>What a backfill did.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Range">The part of its range that was looked at: up to the last bar that is closed by the source's clock.</param>
/// <param name="Series">One report for each series, in the order of the request.</param>
public sealed record BackfillReport(BackfillRequest Request, TimeRange Range, IReadOnlyList<SeriesReport> Series)
{
    /// <summary>True when a series is not complete.</summary>
    public bool Failed => Series.Any(s => s.Failed);

    /// <summary>The sum over all series.</summary>
    public WriteResult Written => Series.Aggregate(default(WriteResult), (sum, s) => sum + s.Written);
}
