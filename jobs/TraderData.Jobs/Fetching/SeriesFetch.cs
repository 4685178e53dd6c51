using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Brings ranges of one series from its source into the store, chunk by chunk, by a plan. A chunk's bars and the range they answer are written in one
/// step, so that the store itself is the record of progress: killed anywhere and started again, it asks for what is not held and ends the same. What the
/// source does not answer is kept with the series until it does.
/// </summary>
internal sealed class SeriesFetch(
    IMarketDataSource source, IBarStore store, IQuarantine quarantine, TimeProvider time, ILogger logger, bool archives = false)
{
    /// <summary>A source whose answers are refused this often has another trouble than a bad bar; going on would only load it.</summary>
    public const int MaxBadPages = 10;

    /// <summary>How many requests one run spends on narrowing refused answers down: a bad bar in a month of 1m takes 30, in a short answer 5.</summary>
    public const int MaxNarrowings = 64;

    private readonly FetchPlanner _planner = new(source, archives);
    private readonly FileVerdicts _verdicts = new(quarantine, logger);
    private readonly PartCollector _collector = new(source, logger);

    /// <summary>Tells what <see cref="RunAsync"/> would fetch, and changes nothing.</summary>
    public async Task<FetchPlan> PlanAsync(
        Series series, Func<SeriesInfo?, IReadOnlyList<TimeRange>> wanted, Ask ask, CancellationToken cancellationToken) =>
        (await PrepareAsync(series, wanted, ask, cancellationToken).ConfigureAwait(false)).Plan;

    /// <summary>Fetches what is missing, oldest first. Never throws for what the source, its data or the store do: the report says it.</summary>
    /// <param name="series">The series.</param>
    /// <param name="wanted">What is to be held afterwards, ascending, decided from what is held of the series (null when nothing is).</param>
    /// <param name="ask">Whether what is held is asked for too.</param>
    /// <param name="progress">Called after each chunk.</param>
    /// <param name="cancellationToken">Stops the work; chunks that are written stay.</param>
    public async Task<SeriesReport> RunAsync(
        Series series, Func<SeriesInfo?, IReadOnlyList<TimeRange>> wanted, Ask ask, Action<SeriesReport>? progress, CancellationToken cancellationToken)
    {
        var run = new Run(new SeriesTally(series));
        Exception? cause = null;
        try
        {
            await RunChunksAsync(run, wanted, ask, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // One series must never stop the others, whatever it stumbles over.
            cause = e;
            run.Tally.Stop(Named(series, e.Message));
        }

        var report = run.Tally.Report();
        if (report.Failed)
            logger.SeriesFailed(series, report.Summary, cause);
        else
            logger.SeriesDone(series, report.Summary);
        return report;
    }

    private async Task<Prepared> PrepareAsync(
        Series series, Func<SeriesInfo?, IReadOnlyList<TimeRange>> wanted, Ask ask, CancellationToken cancellationToken)
    {
        var info = await store.FindAsync(series, cancellationToken).ConfigureAwait(false);
        var held = ask.Again ? RangeSet.Empty : info?.Fetched ?? RangeSet.Empty;
        if (!_planner.HasArchive)
            return new Prepared(info, _planner.Plan(series, wanted(info), held, FileVerdicts.None, 0), FileVerdicts.None, 0);
        var nowMs = await source.GetTimeAsync(cancellationToken).ConfigureAwait(false);
        var condemned = await _verdicts.CondemnedAsync(series, cancellationToken).ConfigureAwait(false);
        var plan = _planner.Plan(series, wanted(info), held, ask.Again ? FileVerdicts.None : condemned, nowMs);
        return new Prepared(info, plan, condemned, nowMs);
    }

    private async Task RunChunksAsync(
        Run run, Func<SeriesInfo?, IReadOnlyList<TimeRange>> wanted, Ask ask, Action<SeriesReport>? progress, CancellationToken cancellationToken)
    {
        var prepared = await PrepareAsync(run.Series, wanted, ask, cancellationToken).ConfigureAwait(false);
        run.IsHeld = prepared.Info is not null;
        run.Failures = prepared.Info?.Failures ?? FailureSet.Empty;
        run.AskedBefore = ask.Verifies(prepared.Info);
        run.Provenance = source.ProvenanceOf(run.Series.Symbol);
        if (prepared.Info is { } held && !held.Provenance.Fits(run.Provenance))
        {
            run.Tally.Stop(
                $"{run.Series}: its bars are of {held.Provenance}, and {source.Name} is set to {run.Provenance}: one series cannot be of both; set it back, or use another data folder and database");
            return;
        }

        run.Tally.ChunksTotal = prepared.Plan.Chunks.Count;
        progress?.Invoke(run.Tally.Report());
        var chunks = prepared.Plan.Chunks.Select(chunk => chunk.Stretches().ToArray()).ToArray();
        var answers = _collector.CollectAllAsync(run.Series, [.. chunks.SelectMany(stretches => stretches)], prepared.NowMs, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (answers.ConfigureAwait(false))
        {
            foreach (var stretches in chunks)
            {
                foreach (var parts in stretches)
                {
                    _ = await answers.MoveNextAsync().ConfigureAwait(false);
                    await _verdicts.KeepAsync(run.Series, answers.Current, prepared.Condemned, prepared.NowMs, cancellationToken).ConfigureAwait(false);
                    var stretch = new TimeRange(parts[0].Range.StartMs, parts[^1].Range.EndMs);
                    await TakeAsync(run, stretch, answers.Current, cancellationToken).ConfigureAwait(false);
                    if (run.Tally.Stopped)
                        return;
                }

                _ = stretches.Length == 0 ? run.Tally.ChunksSkipped++ : run.Tally.ChunksDone++;
                progress?.Invoke(run.Tally.Report());
            }
        }
    }

    private async Task TakeAsync(Run run, TimeRange range, Collected got, CancellationToken cancellationToken)
    {
        var (left, failure) = await TakeGoodPartAsync(run, range, got, cancellationToken).ConfigureAwait(false);
        if (failure is BadDataException bad)
        {
            var known = run.Tally.BadPageCount;
            await NarrowAsync(run, left, bad, await RefuseAsync(run, bad, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            foreach (var refused in run.Tally.BadPages.Skip(known))
            {
                foreach (var missing in refused.Missing)
                    await FailAsync(run, missing, refused.Reason.Message, cancellationToken).ConfigureAwait(false);
            }
        }
        else if (failure is not null)
        {
            await FailAsync(run, left, failure.Message, cancellationToken).ConfigureAwait(false);
        }
    }

    // What is not held yet has no place for it: the next backfill asks for all of it.
    private async Task FailAsync(Run run, TimeRange range, string message, CancellationToken cancellationToken)
    {
        if (!run.IsHeld || range.IsEmpty)
            return;
        var tries = run.Failures.Where(f => !f.Range.Intersect(range).IsEmpty).Select(f => f.Tries).DefaultIfEmpty().Max() + 1;
        var failure = new FetchFailure(range, message, time.GetUtcNow().ToUnixTimeMilliseconds(), tries);
        _ = await store.WriteAsync(run.Series, new BarWrite(BarBlock.Empty, run.Provenance) { Failure = failure }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes the good part of what came of a range.</summary>
    /// <returns>What was not answered, and why; a failure that is not of the data ends the series.</returns>
    private async Task<(TimeRange Left, Exception? Failure)> TakeGoodPartAsync(Run run, TimeRange range, Collected got, CancellationToken cancellationToken)
    {
        await WriteAsync(run, got, cancellationToken).ConfigureAwait(false);
        if (got.Failure is { } failure and not BadDataException)
            run.Tally.Stop(Named(run.Series, failure.Message));
        return (new TimeRange(got.Answered.EndMs, range.EndMs), got.Failure);
    }

    // A source that has one bad bar refuses to give the page around it, for good. Asked for ever smaller parts, only that bar stays away.
    private async Task NarrowAsync(Run run, TimeRange range, BadDataException bad, RefusedPage page, CancellationToken cancellationToken)
    {
        var timeframe = run.Series.Timeframe;
        var bars = timeframe.CountIn(range);
        if (bars <= 1)
        {
            var culprit = bad.Found == page.Reason.Found ? page : await RefuseAsync(run, bad, cancellationToken).ConfigureAwait(false);
            culprit.Missing = culprit.Missing.With(range);
            return;
        }

        var middle = timeframe.Floor(range.StartMs + (bars / 2 * timeframe.DurationMs));
        foreach (var half in new[] { new TimeRange(range.StartMs, middle), new TimeRange(middle, range.EndMs) })
        {
            if (run.Tally.Stopped || ++run.Narrowings > MaxNarrowings)
            {
                page.Missing = page.Missing.With(half);
                continue;
            }

            var got = await _collector.AskAsync(run.Series, half, cancellationToken).ConfigureAwait(false);
            var (left, failure) = await TakeGoodPartAsync(run, half, got, cancellationToken).ConfigureAwait(false);
            if (failure is BadDataException again)
                await NarrowAsync(run, left, again, page, cancellationToken).ConfigureAwait(false);
            else if (failure is not null)
                page.Missing = page.Missing.With(left);
        }
    }

    private async Task WriteAsync(Run run, Collected got, CancellationToken cancellationToken)
    {
        if (got.Answered.IsEmpty)
            return;
        if (got.Bars.Count == 0 && !run.IsHeld)
        {
            // A mistyped symbol is answered with nothing by some sources: a series comes to be with its first bar.
            run.Empty = run.Empty.With(got.Answered);
            return;
        }

        await WriteOneAsync(run, got.Bars, got.Answered, cancellationToken).ConfigureAwait(false);
        run.IsHeld = true;
        foreach (var range in run.Empty)
            await WriteOneAsync(run, BarBlock.Empty, range, cancellationToken).ConfigureAwait(false);
        run.Empty = RangeSet.Empty;
    }

    private async Task WriteOneAsync(Run run, BarBlock bars, TimeRange answered, CancellationToken cancellationToken)
    {
        var write = new BarWrite(bars, run.Provenance, answered) { IsSecondAsk = run.AskedBefore.Contains(answered) };
        var written = await store.WriteAsync(run.Series, write, cancellationToken).ConfigureAwait(false);
        if (!write.IsSecondAsk)
        {
            foreach (var range in run.AskedBefore.Select(answered.Intersect).Where(range => !range.IsEmpty))
                await store.WriteAsync(run.Series, new BarWrite(BarBlock.Empty, run.Provenance, range) { IsSecondAsk = true }, cancellationToken).ConfigureAwait(false);
        }

        run.Tally.Written += written;
        run.Tally.Answered = run.Tally.Answered.With(answered);
        logger.ChunkDone(run.Series, answered, written.Inserted, written.Changed, written.Same);
        if (written.Changed > 0)
            logger.SeriesRestated(run.Series, written.Changed, answered);
    }

    private async Task<RefusedPage> RefuseAsync(Run run, BadDataException bad, CancellationToken cancellationToken)
    {
        string? keptAs = null;
        try
        {
            keptAs = await quarantine.PutAsync(run.Series, bad, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException e)
        {
            logger.NotQuarantined(run.Series, e);
        }

        var page = new RefusedPage(bad, keptAs);
        run.Tally.Add(page);
        logger.BadPage(run.Series, keptAs is null ? "not kept" : $"kept as {keptAs}", bad.Message);
        if (run.Tally.BadPageCount >= MaxBadPages)
            run.Tally.Stop($"{run.Series}: given up after {MaxBadPages} refused answers");
        return page;
    }

    private static string Named(Series series, string message) =>
        message.Contains(series.ToString(), StringComparison.Ordinal) ? message : $"{series}: {message}";

    private sealed record Prepared(SeriesInfo? Info, FetchPlan Plan, IReadOnlySet<string> Condemned, long NowMs);

    private sealed class Run(SeriesTally tally)
    {
        public Series Series => tally.Series;

        public Provenance Provenance { get; set; } = Provenance.Unknown;

        public SeriesTally Tally => tally;

        /// <summary>Requests that were spent on narrowing refused answers down.</summary>
        public int Narrowings { get; set; }

        /// <summary>What the source did not answer before this run.</summary>
        public FailureSet Failures { get; set; } = FailureSet.Empty;

        /// <summary>What was asked for before, so that asking again is a second time that counts.</summary>
        public RangeSet AskedBefore { get; set; } = RangeSet.Empty;

        /// <summary>True when the store holds the series.</summary>
        public bool IsHeld { get; set; }

        /// <summary>What was answered with no bars while the series is not held.</summary>
        public RangeSet Empty { get; set; } = RangeSet.Empty;
    }
}
