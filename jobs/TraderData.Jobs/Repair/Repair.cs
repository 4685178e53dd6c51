using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Asks the sources again for what the ledger says is due, between the first and the last bar of each series: what was never asked or failed, and a second time
/// what was asked once and had nothing. So a gap is filled, or its cause becomes known for good. Nothing is ever made up. Two at once ask twice and end the same.
/// </summary>
public sealed class Repair
{
    private readonly SourceList _sources;
    private readonly IBarStore _store;
    private readonly IQuarantine _quarantine;
    private readonly IInstrumentBook _book;
    private readonly RepairOptions _options;
    private readonly int _parallelSeries;
    private readonly TimeProvider _time;
    private readonly ILogger<Repair> _logger;

    /// <summary>Makes a repair.</summary>
    /// <param name="sources">The sources that are asked; series of others are left alone.</param>
    /// <param name="store">Where the series are.</param>
    /// <param name="quarantine">Where refused answers go.</param>
    /// <param name="book">Tells what a source lists no more: that is not asked for.</param>
    /// <param name="options">When something is due.</param>
    /// <param name="backfill">How many series are fetched at a time.</param>
    /// <param name="time">Tells what is due now.</param>
    /// <param name="logger">What it says.</param>
    public Repair(
        IEnumerable<IMarketDataSource> sources,
        IBarStore store,
        IQuarantine quarantine,
        IInstrumentBook book,
        RepairOptions options,
        BackfillOptions backfill,
        TimeProvider time,
        ILogger<Repair> logger)
    {
        (_sources, _store, _quarantine, _book) = (new SourceList(sources), store, quarantine, book);
        (_options, _parallelSeries, _time, _logger) = (options, backfill.ParallelSeries, time, logger);
    }

    /// <summary>Runs a repair. What goes wrong with one series stands in the report; the others go on.</summary>
    /// <exception cref="StorageException">The store cannot be listed.</exception>
    public async Task<RepairReport> RunAsync(RepairRequest request, CancellationToken cancellationToken)
    {
        var held = await _store.ListAsync(cancellationToken).ConfigureAwait(false);
        var series = held.Select(info => info.Series).Where(s => IsAsked(request, s)).ToArray();
        var repairs = new SeriesRepair?[series.Length];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _parallelSeries, CancellationToken = cancellationToken };
        await Parallel.ForAsync(
            0, series.Length, parallel, async (i, token) => repairs[i] = await RepairAsync(series[i], request.DryRun, token).ConfigureAwait(false)).ConfigureAwait(false);
        var report = new RepairReport(series.Length, [.. repairs.OfType<SeriesRepair>()]);
        _logger.RepairDone(report.Looked, report.Series.Count, report.Series.Sum(s => s.Fetch?.Written.Inserted ?? 0), report.Series.Count(s => s.Failed));
        return report;
    }

    private bool IsAsked(RepairRequest request, Series series) =>
        (request.Symbol is null || request.Symbol == series.Symbol)
        && (request.Timeframe is null || request.Timeframe == series.Timeframe)
        && _sources.Find(series.Source)?.Timeframes.Contains(series.Timeframe) == true;

    private async Task<SeriesRepair?> RepairAsync(Series series, bool dryRun, CancellationToken cancellationToken)
    {
        try
        {
            if (await _store.FindAsync(series, cancellationToken).ConfigureAwait(false) is not { FirstMs: { } firstMs, LastMs: { } lastMs } info)
                return null;
            var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var (gaps, due) = await DueAsync(info, new TimeRange(firstMs, lastMs + 1), nowMs, cancellationToken).ConfigureAwait(false);
            if (gaps.Count == 0)
                return null;
            var repair = dryRun ? new SeriesRepair(series, gaps, null, null) : await AskAsync(info, gaps, due, nowMs, cancellationToken).ConfigureAwait(false);
            _logger.RepairedSeries(series, repair.Summary);
            return repair;
        }
        catch (Exception e) when (e is StorageException or BadDataException)
        {
            _logger.SeriesFailed(series, e.Message, e);
            return new SeriesRepair(series, [], new SeriesReport(series, default, 0, 0, 0, RangeSet.Empty, [], $"{series}: {e.Message}"), null);
        }
    }

    // What was asked twice has nothing due: it is not even read.
    private async Task<(List<Gap> Gaps, RangeSet Due)> DueAsync(SeriesInfo info, TimeRange span, long nowMs, CancellationToken cancellationToken)
    {
        var gaps = new List<Gap>();
        var due = new List<TimeRange>();
        var reading = await SeriesReader.WithListingAsync(new SeriesReading(info.Series, info), _book, cancellationToken).ConfigureAwait(false);
        foreach (var part in info.Verified.Missing(span))
        {
            var coverage = await CoverageScan.ReadAsync(_store, reading, part, null, cancellationToken).ConfigureAwait(false);
            foreach (var gap in coverage.Gaps)
            {
                var ranges = RepairPlan.DueOf(gap, info, _options, nowMs);
                if (ranges.Count == 0)
                    continue;
                gaps.Add(gap);
                due.AddRange(ranges);
            }
        }

        return (gaps, RangeSet.Of(due));
    }

    private async Task<SeriesRepair> AskAsync(SeriesInfo info, List<Gap> gaps, RangeSet due, long nowMs, CancellationToken cancellationToken)
    {
        var ranges = RepairPlan.Ranges(info, due);
        var fetch = new SeriesFetch(_sources.Find(info.Series.Source)!, _store, _quarantine, _time, _logger);
        var ask = new Ask(Again: true, RepairPlan.VerifiedBefore(_options, nowMs));
        var report = await fetch.RunAsync(info.Series, _ => ranges, ask, null, cancellationToken).ConfigureAwait(false);
        var left = default(CauseCounts);
        var after = await _store.FindAsync(info.Series, cancellationToken).ConfigureAwait(false) ?? info;
        var reading = await SeriesReader.WithListingAsync(new SeriesReading(info.Series, after), _book, cancellationToken).ConfigureAwait(false);
        foreach (var range in ranges)
        {
            var coverage = await CoverageScan.ReadAsync(_store, reading, range, null, cancellationToken).ConfigureAwait(false);
            left += coverage.Causes;
        }

        return new SeriesRepair(info.Series, gaps, report, left);
    }
}
