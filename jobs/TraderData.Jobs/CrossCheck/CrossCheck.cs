using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Compares stored bars with what others tell of the same bars: the source's API, the files of its archive, and bars made of a finer stored series. Looks at a sample of
/// series by lot, at a day of each (a month of an hour and longer). What differs is listed with both values and kept in quarantine; the store is left as it is.
/// </summary>
public sealed class CrossCheck
{
    private readonly SourceList _sources;
    private readonly IBarStore _store;
    private readonly IQuarantine _quarantine;
    private readonly FileVerdicts _verdicts;
    private readonly int _sampleSize;
    private readonly TimeProvider _time;
    private readonly ILogger<CrossCheck> _logger;

    /// <summary>Makes a cross-check.</summary>
    /// <param name="sources">Who is asked; series of others are compared with finer ones only.</param>
    /// <param name="store">Where the bars are.</param>
    /// <param name="quarantine">Where differences are kept.</param>
    /// <param name="options">How many series are looked at.</param>
    /// <param name="time">Tells what day it is.</param>
    /// <param name="logger">Hears of differences.</param>
    public CrossCheck(
        IEnumerable<IMarketDataSource> sources, IBarStore store, IQuarantine quarantine, JobsOptions options, TimeProvider time, ILogger<CrossCheck> logger) =>
        (_sources, _store, _quarantine, _verdicts, _sampleSize, _time, _logger) =
            (new SourceList(sources), store, quarantine, new FileVerdicts(quarantine, logger), options.CrossCheckSeries, time, logger);

    /// <summary>Runs a check. What cannot be compared stands in the result with the reason; the rest goes on.</summary>
    /// <returns>One result for each series and each that it was compared with.</returns>
    /// <exception cref="StorageException">The store, or the quarantine, cannot be reached.</exception>
    public async Task<IReadOnlyList<SeriesCheck>> RunAsync(CrossCheckRequest request, CancellationToken cancellationToken)
    {
        var todayMs = Timeframe.D1.Floor(_time.GetUtcNow().ToUnixTimeMilliseconds());
        var held = await _store.ListAsync(cancellationToken).ConfigureAwait(false);
        var asked = held.Where(info => info.Rows > 0 && (request.Symbol ?? info.Series.Symbol) == info.Series.Symbol && (request.Timeframe ?? info.Series.Timeframe) == info.Series.Timeframe);
        var checks = new List<SeriesCheck>();
        foreach (var info in request.NamesSeries ? asked : CheckSample.Of(asked, todayMs, _sampleSize))
        {
            if (RangeOf(info, request, todayMs) is not { IsEmpty: false } range)
                continue;
            var stored = await BlockAsync(_store.ReadAsync(info.Series, new BarQuery(range), cancellationToken)).ConfigureAwait(false);
            await foreach (var check in CheckAsync(info, held, range, stored, cancellationToken).ConfigureAwait(false))
                checks.Add(await KeepAsync(check, cancellationToken).ConfigureAwait(false));
        }

        _logger.CrossChecked(checks.Count, checks.Sum(c => c.Compared), checks.Count(c => c.DifferenceCount > 0), checks.Count(c => c.Error is not null));
        return checks;
    }

    // What is held of the day or month, and was over before today: bars of today may still be corrected.
    private static TimeRange RangeOf(SeriesInfo info, CrossCheckRequest request, long todayMs)
    {
        var firstMs = info.FirstMs!.Value;
        var span = new TimeRange(firstMs, Math.Max(firstMs, Math.Min(info.LastMs!.Value + 1, todayMs)));
        if (span.IsEmpty)
            return span;
        var timeMs = request.TimeMs ?? CheckSample.TimeIn(span, info.Series, todayMs);
        return CheckSample.UnitAt(info.Series.Timeframe, timeMs).Intersect(span);
    }

    private async IAsyncEnumerable<SeriesCheck> CheckAsync(
        SeriesInfo info, IReadOnlyList<SeriesInfo> held, TimeRange range, BarBlock stored,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (FinerOf(info, held) is { } finer)
            yield return await AgainstFinerAsync(info.Series, finer, range, stored, cancellationToken).ConfigureAwait(false);
        if (_sources.Find(info.Series.Source) is not { } source || !source.Timeframes.Contains(info.Series.Timeframe))
            yield break;
        yield return await AgainstAsync(
            info.Series, range, stored, "the API",
            async () => await BlockAsync(Bars(source.FetchBarsAsync(info.Series.Symbol, info.Series.Timeframe, range, cancellationToken))).ConfigureAwait(false)).ConfigureAwait(false);
        if (source.Archive is not { } archive || await FileOfAsync(archive, info.Series, range, cancellationToken).ConfigureAwait(false) is not { } file)
            yield break;
        yield return await AgainstAsync(info.Series, range, stored, file.Name, async () =>
        {
            var nowMs = await source.GetTimeAsync(cancellationToken).ConfigureAwait(false);
            return (await archive.ReadAsync(file, nowMs, cancellationToken).ConfigureAwait(false))?.Bars.Between(range)
                ?? throw new SourceException(SourceErrorKind.Unavailable, "there is no such file yet");
        }).ConfigureAwait(false);
    }

    // Days of stocks hold trades of the auctions that minutes do not, and begin at midnight in New York.
    private static SeriesInfo? FinerOf(SeriesInfo info, IReadOnlyList<SeriesInfo> held) =>
        info.Provenance.AssetClass == AssetClass.Stock && info.Series.Timeframe.DurationMs >= Timeframe.D1.DurationMs
            ? null
            : held.Where(h => h.Rows > 0 && h.Series.Source == info.Series.Source && h.Series.Symbol == info.Series.Symbol
                    && h.Series.Timeframe != info.Series.Timeframe && h.Series.Timeframe.Divides(info.Series.Timeframe))
                .MaxBy(h => h.Series.Timeframe.DurationMs);

    private async Task<SeriesCheck> AgainstFinerAsync(Series series, SeriesInfo finer, TimeRange range, BarBlock stored, CancellationToken cancellationToken)
    {
        var reading = new SeriesReading(series, finer);
        var made = await BlockAsync(SeriesReader.ReadAsync(_store, reading, new BarQuery(range), completeOnly: true, cancellationToken)).ConfigureAwait(false);
        return Compare(series, range, stored, $"bars made of {finer.Series.Timeframe}", made, sharedOnly: true);
    }

    private static async Task<SeriesCheck> AgainstAsync(Series series, TimeRange range, BarBlock stored, string against, Func<Task<BarBlock>> others)
    {
        try
        {
            return Compare(series, range, stored, against, await others().ConfigureAwait(false), sharedOnly: false);
        }
        catch (Exception e) when (e is SourceException or BadDataException)
        {
            return new SeriesCheck(series, range, against, 0, [], 0) { Error = e.Message };
        }
    }

    private static SeriesCheck Compare(Series series, TimeRange range, BarBlock stored, string against, BarBlock others, bool sharedOnly)
    {
        var (listed, count) = (new List<BarDifference>(), 0L);
        foreach (var difference in BarDifferences.Between(stored, others, sharedOnly))
        {
            if (count++ < SeriesCheck.MaxListed)
                listed.Add(difference);
        }

        var compared = sharedOnly ? others.Count : Math.Max(stored.Count, others.Count);
        return new SeriesCheck(series, range, against, compared, listed, count);
    }

    // The file that is a whole day or month of the range, of which it was not found that it is wrong.
    private async Task<ArchiveFile?> FileOfAsync(IBarArchive archive, Series series, TimeRange range, CancellationToken cancellationToken)
    {
        var unit = CheckSample.UnitAt(series.Timeframe, range.StartMs);
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var file = archive.FilesOf(series, range).FirstOrDefault(f => f.Range == unit && f.ExpectedMs <= nowMs);
        return file is null || (await _verdicts.CondemnedAsync(series, cancellationToken).ConfigureAwait(false)).Contains(file.Name) ? null : file;
    }

    private async Task<SeriesCheck> KeepAsync(SeriesCheck check, CancellationToken cancellationToken)
    {
        if (check.DifferenceCount > 0)
        {
            var lines = string.Join('\n', check.Differences.Select(d => $"{TimeText.Iso(d.TimeMs)} {d.Field} {d.First} {d.Second}"));
            var reason = new BadDataException(
                $"{check.Series} of {TimeText.Iso(check.Range.StartMs)}", $"{check.DifferenceCount} values that differ in {check.Compared} bars",
                $"the same in the store and in {check.Against}", lines);
            check = check with { KeptAs = await _quarantine.PutAsync(check.Series, reason, cancellationToken).ConfigureAwait(false) };
        }

        if (check.Failed)
            _logger.Mismatch(check.Summary);
        return check;
    }

    private static async IAsyncEnumerable<BarBlock> Bars(IAsyncEnumerable<BarPage> pages)
    {
        await foreach (var page in pages.ConfigureAwait(false))
            yield return page.Bars;
    }

    private static async Task<BarBlock> BlockAsync(IAsyncEnumerable<BarBlock> blocks)
    {
        var all = new List<BarBlock>();
        await foreach (var block in blocks.ConfigureAwait(false))
            all.Add(block);
        return BarMerge.MergeAll(all);
    }
}
