using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Keeps the series of the watch list up to date: from each series' last closed bar to now, oldest first, so that an ingest that is killed leaves
/// no hole behind the last bar.
/// </summary>
public sealed class Ingest
{
    private readonly SourceList _sources;
    private readonly WatchedSeries _watched;
    private readonly IWatchDates _dates;
    private readonly IBarStore _store;
    private readonly IQuarantine _quarantine;
    private readonly IngestOptions _options;
    private readonly int _parallelSeries;
    private readonly TimeProvider _time;
    private readonly ILogger<Ingest> _logger;

    /// <summary>Makes an ingest.</summary>
    /// <param name="sources">The sources that the watch list may name.</param>
    /// <param name="watched">The series to keep up to date.</param>
    /// <param name="dates">Since when they are watched.</param>
    /// <param name="store">Where bars go.</param>
    /// <param name="quarantine">Where refused answers go.</param>
    /// <param name="options">How far it looks back.</param>
    /// <param name="backfill">How many series are fetched at a time.</param>
    /// <param name="time">Tells when something failed.</param>
    /// <param name="logger">What it says.</param>
    public Ingest(
        IEnumerable<IMarketDataSource> sources,
        WatchedSeries watched,
        IWatchDates dates,
        IBarStore store,
        IQuarantine quarantine,
        IngestOptions options,
        BackfillOptions backfill,
        TimeProvider time,
        ILogger<Ingest> logger)
    {
        (_sources, _watched, _dates, _store, _quarantine) = (new SourceList(sources), watched, dates, store, quarantine);
        (_options, _parallelSeries, _time, _logger) = (options, backfill.ParallelSeries, time, logger);
    }

    /// <summary>Brings every series of one source and timeframe up to date. What goes wrong with one stands in the report; the others go on.</summary>
    /// <param name="source">The source's name.</param>
    /// <param name="timeframe">The timeframe.</param>
    /// <param name="cancellationToken">Stops the work; chunks that are written stay.</param>
    /// <inheritdoc cref="WatchedSeries.OfAsync" path="/exception"/>
    public async Task<IngestReport> RunAsync(string source, Timeframe timeframe, CancellationToken cancellationToken)
    {
        var series = await _watched.OfAsync(source, timeframe, cancellationToken).ConfigureAwait(false);
        return await RunAsync(source, timeframe, series, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings some series of one source and timeframe up to date, as <see cref="RunAsync(string, Timeframe, CancellationToken)"/> does.</summary>
    internal Task<IngestReport> FillAsync(string source, IReadOnlyList<Series> series, CancellationToken cancellationToken) =>
        RunAsync(source, series[0].Timeframe, series, cancellationToken);

    private async Task<IngestReport> RunAsync(string source, Timeframe timeframe, IReadOnlyList<Series> series, CancellationToken cancellationToken)
    {
        var from = _sources.Find(source)?.With(RequestPriority.Live) ?? throw new ArgumentException(_sources.Unknown(source));
        long now;
        try
        {
            now = await from.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SourceException or BadDataException)
        {
            _logger.IngestFailed(source, timeframe, e.Message, e);
            _ = await BeginAsync(source, series, _time.GetUtcNow().ToUnixTimeMilliseconds(), cancellationToken).ConfigureAwait(false);
            return new IngestReport(source, timeframe, [.. series.Select(s => new SeriesReport(s, default, 0, 0, 0, RangeSet.Empty, [], $"{s}: {e.Message}"))]);
        }

        var dates = await BeginAsync(source, series, now, cancellationToken).ConfigureAwait(false);
        var fetch = new SeriesFetch(from, _store, _quarantine, _time, _logger);
        var reports = await SeriesRunner.RunAsync(
            series,
            _parallelSeries,
            (s, token) =>
            {
                var since = dates.TryGetValue(s, out var known) ? known.SinceMs : now;
                return fetch.RunAsync(s, info => [IngestPlan.RangeOf(info, timeframe, _options, since, now)], Ask.Settling, null, token);
            },
            cancellationToken).ConfigureAwait(false);
        var report = new IngestReport(source, timeframe, reports);
        var (inserted, changed, same) = report.Written;
        _logger.IngestDone(source, timeframe, inserted, changed, same, reports.Count(r => r.Failed), reports.Count);
        return report;
    }

    // Bars do not wait for it.
    private async Task<IReadOnlyDictionary<Series, WatchDates>> BeginAsync(string source, IReadOnlyList<Series> series, long nowMs, CancellationToken cancellationToken)
    {
        try
        {
            return await _dates.BeginAsync(source, series, Reread.DatesOf(nowMs), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            _logger.WatchNotDated(source, e.Message);
            return new Dictionary<Series, WatchDates>();
        }
    }
}
