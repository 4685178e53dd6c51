using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Fetches the parts of a plan and puts their bars together, so that a chunk is written once. Where a file is refused, not there, or lacks bars, the API is
/// asked. An archive that cannot be asked is left alone from then on, by all series that share this object.
/// </summary>
internal sealed class PartCollector(IMarketDataSource source, ILogger logger)
{
    private volatile bool _isArchiveAway;

    /// <summary>
    /// Fetches stretches in their order, the next one while whoever reads them works on the last; but behind a failure only when it is asked for. A read
    /// that is broken off leaves no request behind.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="stretches">Parts that follow each other without a hole.</param>
    /// <param name="sourceNowMs">The source's clock, for files.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async IAsyncEnumerable<Collected> CollectAllAsync(
        Series series, IReadOnlyList<IReadOnlyList<FetchPart>> stretches, long sourceNowMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Collected> Begin(IReadOnlyList<FetchPart> parts) => Task.Run(() => CollectAsync(series, parts, sourceNowMs, stopping.Token), stopping.Token);
        Task<Collected>? ahead = null;
        try
        {
            for (var i = 0; i < stretches.Count; i++)
            {
                var got = await (ahead ?? Begin(stretches[i])).ConfigureAwait(false);
                ahead = got.Failure is null && i + 1 < stretches.Count ? Begin(stretches[i + 1]) : null;
                yield return got;
            }
        }
        finally
        {
            await stopping.CancelAsync().ConfigureAwait(false);
            if (ahead is not null)
                await ((Task)ahead).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Asks the API for a range; a failure of the source or of a page ends it and leaves the pages before it good.</summary>
    public async Task<Collected> AskAsync(Series series, TimeRange range, CancellationToken cancellationToken)
    {
        var blocks = new List<BarBlock>();
        var end = range.StartMs;
        Exception? failure = null;
        try
        {
            await foreach (var page in source.FetchBarsAsync(series.Symbol, series.Timeframe, range, cancellationToken).ConfigureAwait(false))
            {
                CheckFollows(series, page, end, range);
                end = page.Answered.EndMs;
                if (page.Bars.Count > 0)
                    blocks.Add(page.Bars);
            }
        }
        catch (Exception e) when (e is BadDataException or SourceException)
        {
            failure = e;
        }

        return new Collected(BarMerge.MergeAll(blocks), new TimeRange(range.StartMs, end), failure);
    }

    private async Task<Collected> CollectAsync(Series series, IReadOnlyList<FetchPart> parts, long sourceNowMs, CancellationToken cancellationToken)
    {
        var whole = new Gathering(parts[0].Range.StartMs);
        foreach (var part in parts)
        {
            var bars = part.File is { } file ? await ReadAsync(file, sourceNowMs, whole, cancellationToken).ConfigureAwait(false) : null;
            if (bars is not null)
                whole.Add(bars.Between(part.Range));
            foreach (var asked in bars is null ? [part.Range] : ArchiveHoles.Of(bars.Between(part.Range), series.Timeframe, part.Range))
            {
                if (!whole.Add(asked, await AskAsync(series, asked, cancellationToken).ConfigureAwait(false)))
                    return whole.End();
            }

            whole.EndMs = part.Range.EndMs;
        }

        return whole.End();
    }

    // Null when the API is to be asked.
    private async Task<BarBlock?> ReadAsync(ArchiveFile file, long sourceNowMs, Gathering whole, CancellationToken cancellationToken)
    {
        if (_isArchiveAway)
            return null;
        try
        {
            var page = await source.Archive!.ReadAsync(file, sourceNowMs, cancellationToken).ConfigureAwait(false);
            if (page is not null)
                whole.GoodFiles.Add(file);
            return page?.Bars;
        }
        catch (BadDataException e)
        {
            whole.BadFiles.Add((file, e));
            return null;
        }
        catch (SourceException e)
        {
            _isArchiveAway = true;
            logger.ArchiveAway(source.Name, e.Message);
            return null;
        }
    }

    private static void CheckFollows(Series series, BarPage page, long end, TimeRange range)
    {
        if (page.Answered.StartMs != end || page.Answered.EndMs > range.EndMs)
            throw new InvalidOperationException($"{series}: a page for {page.Answered} does not follow {TimeText.Iso(end)} within {range}");
    }

    /// <summary>What came of a stretch so far.</summary>
    private sealed class Gathering
    {
        private readonly List<BarBlock> _blocks = [];
        private readonly long _startMs;
        private Exception? _failure;

        public Gathering(long startMs) => _startMs = EndMs = startMs;

        public List<(ArchiveFile File, BadDataException Reason)> BadFiles { get; } = [];

        public List<ArchiveFile> GoodFiles { get; } = [];

        /// <summary>Where the good part ends.</summary>
        public long EndMs { get; set; }

        public void Add(BarBlock bars) => _blocks.Add(bars);

        /// <summary>Takes an answer of the API.</summary>
        /// <returns>False when it ends before what was asked for.</returns>
        public bool Add(TimeRange asked, Collected got)
        {
            _blocks.Add(got.Bars);
            (EndMs, _failure) = (got.Answered.EndMs, got.Failure);
            return got.Failure is null && got.Answered.EndMs == asked.EndMs;
        }

        public Collected End()
        {
            var answered = new TimeRange(_startMs, EndMs);
            return new Collected(BarMerge.MergeAll(_blocks).Between(answered), answered, _failure) { BadFiles = BadFiles, GoodFiles = GoodFiles };
        }
    }
}
