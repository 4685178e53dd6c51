using System.Runtime.CompilerServices;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What came of asking a source for a range.</summary>
/// <param name="Bars">The bars of all good pages.</param>
/// <param name="Answered">From the start of the range to where the good pages end.</param>
/// <param name="Failure">Why it did not go on; null when the source answered all it could.</param>
internal readonly record struct Collected(BarBlock Bars, TimeRange Answered, Exception? Failure);

/// <summary>Puts the pages of an answer together, so that a chunk is written once.</summary>
internal static class PageCollector
{
    /// <summary>
    /// Fetches ranges in their order, the next one while whoever reads them works on the last; but behind a failure only when it is asked for. A read that
    /// is broken off leaves no request behind.
    /// </summary>
    public static async IAsyncEnumerable<Collected> CollectAllAsync(
        IMarketDataSource source, Series series, IReadOnlyList<TimeRange> ranges, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Collected> Begin(TimeRange range) => Task.Run(() => CollectAsync(source, series, range, stopping.Token), stopping.Token);
        Task<Collected>? ahead = null;
        try
        {
            for (var i = 0; i < ranges.Count; i++)
            {
                var got = await (ahead ?? Begin(ranges[i])).ConfigureAwait(false);
                ahead = got.Failure is null && i + 1 < ranges.Count ? Begin(ranges[i + 1]) : null;
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

    /// <summary>Fetches a range; a failure of the source or of a page ends it and leaves the pages before it good.</summary>
    public static async Task<Collected> CollectAsync(IMarketDataSource source, Series series, TimeRange range, CancellationToken cancellationToken)
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

    private static void CheckFollows(Series series, BarPage page, long end, TimeRange range)
    {
        if (page.Answered.StartMs != end || page.Answered.EndMs > range.EndMs)
            throw new InvalidOperationException($"{series}: a page for {page.Answered} does not follow {TimeText.Iso(end)} within {range}");
    }
}
