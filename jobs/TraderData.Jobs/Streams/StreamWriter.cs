using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Writes closed bars that streams told, as ordinary writes: whatever waits of a series at once, several series at a time. A bar is only written behind what
/// the store has without a hole, so that ingest, which goes on behind the last bar held, leaves none: what is missing in front of it is asked of the API first.
/// </summary>
internal sealed class StreamWriter(
    IMarketDataSource source, TimeSpan settlement, Ingest ingest, IBarStore store, StreamingOptions options, StreamMeter meter, ILogger logger)
{
    private readonly Channel<StreamLane> _queue = Channel.CreateUnbounded<StreamLane>();

    /// <summary>Has a lane written that says it has to be.</summary>
    public void Queue(StreamLane lane) => _queue.Writer.TryWrite(lane);

    /// <summary>Writes until it is stopped.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        _queue.Reader.ReadAllAsync(cancellationToken),
        new ParallelOptions { MaxDegreeOfParallelism = options.ParallelWrites, CancellationToken = cancellationToken },
        async (lane, token) => await WriteAsync(lane, token).ConfigureAwait(false));

    private async Task WriteAsync(StreamLane lane, CancellationToken cancellationToken)
    {
        var bars = lane.Take();
        try
        {
            if (!await FollowsAsync(lane, bars[0].TimeMs, cancellationToken).ConfigureAwait(false))
            {
                logger.StreamedBarLeft(lane.Series, TimeText.Iso(bars[0].TimeMs));
                return;
            }

            for (var start = 0; start < bars.Count;)
                start = await WriteRunAsync(lane, bars, start, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // One series must never stop the others, whatever it stumbles over.
            lane.KnownEndMs = null;
            logger.StreamedBarNotStored(lane.Series, TimeText.Iso(bars[0].TimeMs), e.Message);
        }
    }

    // Bars that follow each other are one range that was told in full; where one lacks in between, it was not.
    private async Task<int> WriteRunAsync(StreamLane lane, List<Bar> bars, int start, CancellationToken cancellationToken)
    {
        var step = lane.Series.Timeframe.DurationMs;
        var builder = new BarBlockBuilder(lane.Series.ToString(), bars.Count - start);
        var next = start;
        do
            builder.Add(bars[next++]);
        while (next < bars.Count && bars[next].TimeMs == bars[next - 1].TimeMs + step);
        if (start > 0 && !await FollowsAsync(lane, bars[start].TimeMs, cancellationToken).ConfigureAwait(false))
            return bars.Count;
        var range = new TimeRange(bars[start].TimeMs, bars[next - 1].TimeMs + step);
        var written = await store.WriteAsync(
            lane.Series, new BarWrite(builder.Build(), source.ProvenanceOf(lane.Series.Symbol), range), cancellationToken).ConfigureAwait(false);
        lane.KnownEndMs = Math.Max(lane.KnownEndMs ?? range.EndMs, range.EndMs);
        meter.Stored(lane.Series, range.EndMs + (long)settlement.TotalMilliseconds);
        if (written.Changed > 0)
            logger.SeriesRestated(lane.Series, written.Changed, range);
        return next;
    }

    private async Task<bool> FollowsAsync(StreamLane lane, long openMs, CancellationToken cancellationToken)
    {
        if (openMs <= lane.KnownEndMs || openMs <= await LookAsync(lane, cancellationToken).ConfigureAwait(false))
            return true;
        await lane.Filling.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (openMs <= await LookAsync(lane, cancellationToken).ConfigureAwait(false))
            return true;
        // Where intervals without a bar are usual the next scheduled ingest tells them from lost ones, for all series at once.
        if (lane.MayLackBars)
            return false;
        _ = await ingest.FillAsync(source.Name, [lane.Series], cancellationToken).ConfigureAwait(false);
        return openMs <= await LookAsync(lane, cancellationToken).ConfigureAwait(false);
    }

    private async Task<long?> LookAsync(StreamLane lane, CancellationToken cancellationToken)
    {
        var info = await store.FindAsync(lane.Series, cancellationToken).ConfigureAwait(false);
        // A series has bars of one feed and adjustment alone; ingest says what is wrong when another is set.
        var fits = info is not null && info.Provenance.Fits(source.ProvenanceOf(lane.Series.Symbol));
        return lane.KnownEndMs = fits ? SeriesLag.KnownEndMs(info, lane.Series.Timeframe) : null;
    }
}
