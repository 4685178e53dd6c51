using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Asks for the bars of yesterday once more, when sources have corrected what they correct, and counts what changed. What changed is a restatement, and
/// what was before is kept; a bar that had been missing comes in.
/// </summary>
public sealed class Reread
{
    private readonly SourceList _sources;
    private readonly CurrentWatchList _watchList;
    private readonly WatchedSeries _watched;
    private readonly Backfill _backfill;
    private readonly ILogger<Reread> _logger;

    /// <summary>Makes one.</summary>
    /// <param name="sources">The sources that the watch list may name.</param>
    /// <param name="watchList">What is watched.</param>
    /// <param name="watched">The series that it stands for.</param>
    /// <param name="backfill">Fetches them.</param>
    /// <param name="logger">Hears of what changed.</param>
    public Reread(IEnumerable<IMarketDataSource> sources, CurrentWatchList watchList, WatchedSeries watched, Backfill backfill, ILogger<Reread> logger) =>
        (_sources, _watchList, _watched, _backfill, _logger) = (new SourceList(sources), watchList, watched, backfill, logger);

    /// <summary>Reads the last whole day, UTC by each source's clock, of everything that is watched. A week counts to the day it ends in.</summary>
    /// <param name="cancellationToken">Stops the work; chunks that are written stay.</param>
    /// <returns>A report for each source and timeframe that could be asked.</returns>
    /// <exception cref="AggregateException">Sources could not be asked, or what they list is not known; all others are done.</exception>
    public async Task<IReadOnlyList<BackfillReport>> RunAsync(CancellationToken cancellationToken)
    {
        var (reports, faults) = (new List<BackfillReport>(), new List<Exception>());
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

    private async Task<BackfillReport?> RunAsync(IMarketDataSource source, Timeframe timeframe, CancellationToken cancellationToken)
    {
        var series = await _watched.OfAsync(source.Name, timeframe, cancellationToken).ConfigureAwait(false);
        if (series.Count == 0)
            return null;
        var today = Timeframe.D1.Floor(await source.GetTimeAsync(cancellationToken).ConfigureAwait(false));
        var yesterday = new TimeRange(timeframe.Floor(today - Timeframe.D1.DurationMs), today);
        // Only the API tells what the source says now.
        var request = new BackfillRequest(source.Name, [.. series.Select(s => s.Symbol)], timeframe, yesterday, Again: true, Archives: false);
        var report = await _backfill.RunAsync(request, progress: null, cancellationToken).ConfigureAwait(false);
        var (inserted, changed, same) = report.Written;
        _logger.Reread(source.Name, timeframe, TimeText.Iso(yesterday.StartMs), changed, inserted, same);
        return report;
    }
}
