using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Brings the history of series into the store, oldest chunk first: rows that come in the order of Postgres' key are written at once and a half, and their
/// index is half as large. Can be repeated: what is held is not asked for again, and a backfill that was killed ends the same as one that was not.
/// </summary>
public sealed class Backfill
{
    private readonly SourceList _sources;
    private readonly IBarStore _store;
    private readonly IQuarantine _quarantine;
    private readonly BackfillOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Backfill> _logger;
    private readonly ISealer? _sealer;

    /// <summary>Makes a backfill.</summary>
    /// <param name="sources">The sources that a request may name.</param>
    /// <param name="store">Where bars go.</param>
    /// <param name="quarantine">Where refused answers go.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="time">Tells when something failed.</param>
    /// <param name="logger">What it says.</param>
    /// <param name="sealer">Folds what was fetched into the lake; null where the lake is all there is.</param>
    public Backfill(
        IEnumerable<IMarketDataSource> sources,
        IBarStore store,
        IQuarantine quarantine,
        BackfillOptions options,
        TimeProvider time,
        ILogger<Backfill> logger,
        ISealer? sealer = null)
    {
        (_sources, _store, _quarantine) = (new SourceList(sources), store, quarantine);
        (_options, _time, _logger, _sealer) = (options, time, logger, sealer);
    }

    /// <summary>Tells everything that is wrong with a request.</summary>
    /// <returns>One message for each fault, with the value in it; empty when nothing is wrong.</returns>
    public IReadOnlyList<string> Check(BackfillRequest request)
    {
        var faults = new List<string>();
        if (_sources.Find(request.Source) is not { } source)
            faults.Add(_sources.Unknown(request.Source));
        else if (!source.Timeframes.Contains(request.Timeframe))
            faults.Add($"timeframe of {source.Name} must be one of {string.Join(' ', source.Timeframes)}, was '{request.Timeframe}'");
        if (request.Symbols.Count == 0)
            faults.Add("symbols must name at least one, were none");
        faults.AddRange(request.Symbols.Select(Series.CheckSymbol).OfType<string>());
        if (request.Range.IsEmpty)
            faults.Add($"start must be before end, both were {TimeText.Iso(request.Range.StartMs)}");
        return faults;
    }

    /// <summary>Runs a backfill. What the source, its data or the store do wrong stands in the report; the other series go on.</summary>
    /// <param name="request">What to bring.</param>
    /// <param name="progress">Told of each series at its start and after each chunk, one call at a time; null when nobody listens.</param>
    /// <param name="cancellationToken">Stops the work; chunks that are written stay.</param>
    /// <exception cref="ArgumentException">The request is wrong; see <see cref="Check"/>.</exception>
    public async Task<BackfillReport> RunAsync(BackfillRequest request, IProgress<BackfillProgress>? progress, CancellationToken cancellationToken)
    {
        if (Check(request) is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults));
        var source = _sources.Find(request.Source)!;
        var series = SeriesOf(request);
        TimeRange range;
        try
        {
            range = ClosedPart(request.Range, request.Timeframe, await source.GetTimeAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (Exception e) when (e is SourceException or BadDataException)
        {
            return Failed(request, series, e.Message);
        }

        _logger.BackfillStarted(series.Length, request.Timeframe, source.Name, range);
        var fetch = new SeriesFetch(source, _store, _quarantine, _time, _logger, request.Archives);
        var listener = Listener(progress);
        var reports = await SeriesRunner.RunAsync(
            series,
            _options.ParallelSeries,
            async (s, token) => await SealedAsync(
                await fetch.RunAsync(s, _ => [range], request.Again ? Ask.Twice : Ask.Once, listener, token).ConfigureAwait(false), range, token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return Done(new BackfillReport(request, range, reports));
    }

    /// <summary>Tells what a backfill would do, and changes nothing: the source is asked for its clock, and the store for what it holds.</summary>
    /// <returns>A plan for each series, in the order of the request.</returns>
    /// <exception cref="ArgumentException">The request is wrong; see <see cref="Check"/>.</exception>
    /// <exception cref="SourceException">The source could not be asked.</exception>
    /// <exception cref="StorageException">The store could not be asked.</exception>
    public async Task<IReadOnlyList<FetchPlan>> PlanAsync(BackfillRequest request, CancellationToken cancellationToken)
    {
        if (Check(request) is { Count: > 0 } faults)
            throw new ArgumentException(string.Join("; ", faults));
        var source = _sources.Find(request.Source)!;
        var range = ClosedPart(request.Range, request.Timeframe, await source.GetTimeAsync(cancellationToken).ConfigureAwait(false));
        var fetch = new SeriesFetch(source, _store, _quarantine, _time, _logger, request.Archives);
        var plans = new List<FetchPlan>();
        foreach (var series in SeriesOf(request))
            plans.Add(await fetch.PlanAsync(series, _ => [range], request.Again ? Ask.Twice : Ask.Once, cancellationToken).ConfigureAwait(false));
        return plans;
    }

    /// <summary>The part of a range whose bars can be closed: up to the opening time of the bar that is forming.</summary>
    internal static TimeRange ClosedPart(TimeRange range, Timeframe timeframe, long sourceNowMs)
    {
        var end = Math.Min(range.EndMs, timeframe.Floor(sourceNowMs));
        return new TimeRange(Math.Min(range.StartMs, end), end);
    }

    private static Series[] SeriesOf(BackfillRequest request) =>
        [.. request.Symbols.Distinct(StringComparer.Ordinal).Select(symbol => new Series(request.Source, symbol, request.Timeframe))];

    // Also when nothing was fetched: an earlier run may have been killed between the two.
    private async Task<SeriesReport> SealedAsync(SeriesReport report, TimeRange range, CancellationToken cancellationToken)
    {
        try
        {
            if (_sealer is not null)
                await _sealer.SealAsync(report.Series, range, cancellationToken).ConfigureAwait(false);
            return report;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // One series must never stop the others, whatever it stumbles over.
            _logger.NotSealed(report.Series, e);
            return report with { Error = report.Error ?? $"{report.Series}: the bars are stored, but not folded into the lake: {e.Message}" };
        }
    }

    private static Action<SeriesReport>? Listener(IProgress<BackfillProgress>? progress)
    {
        if (progress is null)
            return null;
        var gate = new Lock();
        return r =>
        {
            lock (gate)
                progress.Report(new BackfillProgress(r.Series, r.ChunksDone + r.ChunksSkipped, r.ChunksTotal, r.Written));
        };
    }

    private BackfillReport Failed(BackfillRequest request, Series[] series, string error)
    {
        var range = new TimeRange(request.Range.StartMs, request.Range.StartMs);
        return Done(new BackfillReport(request, range, [.. series.Select(s => new SeriesReport(s, default, 0, 0, 0, RangeSet.Empty, [], $"{s}: {error}"))]));
    }

    private BackfillReport Done(BackfillReport report)
    {
        var (inserted, changed, same) = report.Written;
        _logger.BackfillDone(
            report.Request.Source, report.Request.Timeframe, inserted, changed, same, report.Series.Count(s => s.Failed), report.Series.Count);
        return report;
    }
}
