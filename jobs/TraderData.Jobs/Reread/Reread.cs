using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Asks for the bars of whole days once more, when sources have corrected what they correct, and counts what changed. What changed is a restatement, and
/// what was before is kept; a bar that had been missing comes in. How far each series was read again is kept, so that a day on which that failed is made up for.
/// </summary>
public sealed class Reread
{
    // What is older was fetched when it was corrected long since, or has been wrong for so long that a backfill with --again is due.
    private static readonly long LongestMs = 7 * Timeframe.D1.DurationMs;

    // A day is over for good so long after its end.
    private static readonly long CorrectedMs = Timeframe.H1.DurationMs;

    // So many series are read again before that is written down.
    private const int PartSize = 20;

    private readonly SourceList _sources;
    private readonly CurrentWatchList _watchList;
    private readonly WatchedSeries _watched;
    private readonly IWatchDates _dates;
    private readonly Backfill _backfill;
    private readonly ILogger<Reread> _logger;

    /// <summary>Makes one.</summary>
    /// <param name="sources">The sources that the watch list may name.</param>
    /// <param name="watchList">What is watched.</param>
    /// <param name="watched">The series that it stands for.</param>
    /// <param name="dates">How far they were read again.</param>
    /// <param name="backfill">Fetches them.</param>
    /// <param name="logger">Hears of what changed.</param>
    public Reread(
        IEnumerable<IMarketDataSource> sources, CurrentWatchList watchList, WatchedSeries watched, IWatchDates dates, Backfill backfill, ILogger<Reread> logger) =>
        (_sources, _watchList, _watched, _dates, _backfill, _logger) = (new SourceList(sources), watchList, watched, dates, backfill, logger);

    /// <summary>
    /// Reads everything that is watched up to the end of the last day that ended an hour ago, UTC by each source's clock: yesterday, and days before, a week at most, for which
    /// that was not done. A week counts to the day it ends in.
    /// </summary>
    /// <param name="cancellationToken">Stops the work; chunks that are written stay.</param>
    /// <returns>A report for each source and timeframe that could be asked and had something to read.</returns>
    /// <exception cref="AggregateException">Sources could not be asked, or what they list is not known; all others are done.</exception>
    public async Task<IReadOnlyList<RereadReport>> RunAsync(CancellationToken cancellationToken)
    {
        var (reports, faults) = (new List<RereadReport>(), new List<Exception>());
        foreach (var (source, timeframe) in _watchList.Value.Keys)
        {
            try
            {
                if (await RunAsync(_sources.Find(source)!, timeframe, cancellationToken).ConfigureAwait(false) is { } report)
                    reports.Add(report);
            }
            catch (Exception e) when (e is SourceException or BadDataException or StorageException)
            {
                _logger.NotReread(source, timeframe, e.Message);
                faults.Add(e);
            }
        }

        return faults.Count == 0 ? reports : throw new AggregateException(faults);
    }

    /// <summary>The dates of a series that is watched from now on: yesterday, where its ingest begins, is to be read again.</summary>
    /// <param name="nowMs">The source's clock, Unix milliseconds UTC.</param>
    internal static WatchDates DatesOf(long nowMs) => new(nowMs, Timeframe.D1.Floor(nowMs) - Timeframe.D1.DurationMs);

    private async Task<RereadReport?> RunAsync(IMarketDataSource source, Timeframe timeframe, CancellationToken cancellationToken)
    {
        var series = await _watched.OfAsync(source.Name, timeframe, cancellationToken).ConfigureAwait(false);
        var nowMs = await source.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var todayMs = Timeframe.D1.Floor(nowMs - CorrectedMs);
        var dates = await _dates.BeginAsync(source.Name, series, DatesOf(nowMs), cancellationToken).ConfigureAwait(false);
        var days = series.Where(s => dates[s].RereadToMs < todayMs).GroupBy(s => Math.Max(dates[s].RereadToMs, todayMs - LongestMs)).OrderBy(same => same.Key).ToArray();
        if (days.Length == 0)
            return null;
        var reports = new List<SeriesReport>();
        foreach (var (startMs, part) in days.SelectMany(same => same.Chunk(PartSize).Select(part => (same.Key, part))))
            reports.AddRange(await RunAsync(source.Name, timeframe, part, new TimeRange(timeframe.Floor(startMs), todayMs), cancellationToken).ConfigureAwait(false));
        var report = new RereadReport(source.Name, timeframe, new TimeRange(timeframe.Floor(days[0].Key), todayMs), reports);
        var (inserted, changed, same) = report.Written;
        _logger.Reread(source.Name, timeframe, TimeText.Iso(report.Range.StartMs), changed, inserted, same);
        return report;
    }

    private async Task<IReadOnlyList<SeriesReport>> RunAsync(string source, Timeframe timeframe, Series[] series, TimeRange range, CancellationToken cancellationToken)
    {
        // Only the API tells what the source says now.
        var request = new BackfillRequest(source, [.. series.Select(s => s.Symbol)], timeframe, range, Again: true, Archives: false);
        var report = await _backfill.RunAsync(request, progress: null, cancellationToken).ConfigureAwait(false);
        await _dates.RereadAsync(source, [.. report.Series.Where(s => !s.Failed).Select(s => s.Series)], range.EndMs, cancellationToken).ConfigureAwait(false);
        return report.Series;
    }
}
