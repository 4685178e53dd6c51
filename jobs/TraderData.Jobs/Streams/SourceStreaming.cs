using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Follows the series of one source that are watched, as the watch list changes.</summary>
internal sealed class SourceStreaming(
    IBarStream stream, IMarketDataSource source, CurrentWatchList watchList, WatchedSeries watched, Ingest ingest, StreamWriter writer, IProvisionalBars provisional, StreamingOptions options, TimeProvider time,
    ILogger logger)
{
    // A closed bar is final within so much of its time, and what forms is shown with so much of a delay.
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs until it is stopped.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var series = await WatchedAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var following = FollowAsync(series ?? [], stop.Token);
            IReadOnlyList<Series>? next;
            do
            {
                await Task.Delay(options.LookEvery, time, cancellationToken).ConfigureAwait(false);
                next = await WatchedAsync(cancellationToken).ConfigureAwait(false);
            }
            while (next is null || (series is not null && next.SequenceEqual(series)));
            series = next;
            await stop.CancelAsync().ConfigureAwait(false);
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FollowAsync(IReadOnlyList<Series> series, CancellationToken cancellationToken)
    {
        if (series.Count == 0)
            return;
        var lanes = series.ToDictionary(s => s, s => new StreamLane(s, source.ProvenanceOf(s.Symbol).AssetClass == AssetClass.Stock));
        var lines = stream.Split(series).Select(part => new StreamLine(
            stream, [.. part.Select(s => lanes[s])], writer, token => FillAsync(part, token), options, time, logger).RunAsync(cancellationToken));
        await Task.WhenAll(lines.Append(TickAsync(lanes.Values, cancellationToken))).ConfigureAwait(false);
    }

    private async Task FillAsync(IReadOnlyList<Series> series, CancellationToken cancellationToken)
    {
        foreach (var same in series.GroupBy(s => s.Timeframe))
            _ = await ingest.FillAsync(source.Name, [.. same], cancellationToken).ConfigureAwait(false);
    }

    private async Task TickAsync(IReadOnlyCollection<StreamLane> lanes, CancellationToken cancellationToken)
    {
        var isKept = true;
        while (true)
        {
            await Task.Delay(TickEvery, time, cancellationToken).ConfigureAwait(false);
            isKept = await ShowAsync(lanes, isKept, cancellationToken).ConfigureAwait(false);
            var heardBefore = time.GetTimestamp() - (long)(stream.Settlement.TotalSeconds * time.TimestampFrequency);
            foreach (var lane in lanes)
            {
                if (lane.Settle(heardBefore))
                    writer.Queue(lane);
            }
        }
    }

    // What is provisional is nobody's loss: a store that is away is told of once.
    private async Task<bool> ShowAsync(IReadOnlyCollection<StreamLane> lanes, bool wasKept, CancellationToken cancellationToken)
    {
        var bars = new List<(Series, Bar)>();
        foreach (var lane in lanes)
        {
            if (lane.TakeProvisional() is { } bar)
                bars.Add((lane.Series, bar));
        }

        try
        {
            await provisional.PutAsync(bars, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (StorageException e)
        {
            if (wasKept)
                logger.ProvisionalNotKept(stream.Name, e.Message);
            return false;
        }
    }

    // Null when it is not known now.
    private async Task<IReadOnlyList<Series>?> WatchedAsync(CancellationToken cancellationToken)
    {
        try
        {
            var series = new List<Series>();
            foreach (var (_, timeframe) in watchList.Value.Keys.Where(key => key.Source == stream.Name && stream.Timeframes.Contains(key.Timeframe)).ToArray())
                series.AddRange(await watched.OfAsync(stream.Name, timeframe, cancellationToken).ConfigureAwait(false));
            return series;
        }
        catch (Exception e) when (e is SourceException or BadDataException or StorageException)
        {
            logger.StreamNotResolved(stream.Name, e.Message);
            return null;
        }
    }
}
