using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Follows what is watched over the sources' streams while the program runs, and stores each bar when it is final. Streams bring early what scheduled ingest
/// brings anyway: whatever goes wrong with them costs time and no bar.
/// </summary>
internal sealed class BarStreaming(
    IEnumerable<IBarStream> streams,
    IEnumerable<IMarketDataSource> sources,
    CurrentWatchList watchList,
    WatchedSeries watched,
    Ingest ingest,
    IBarStore store,
    IProvisionalBars provisional,
    StreamingOptions options,
    StreamMeter meter,
    TimeProvider time,
    ILogger<BarStreaming> logger,
    IHostApplicationLifetime? lifetime = null) : BackgroundService
{
    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Other services may take their time to stop, and what is streamed from may stop with us.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime?.ApplicationStopping ?? CancellationToken.None);
        var list = new SourceList(sources);
        await Task.WhenAll(streams.Select(stream => RunAsync(stream, list.Find(stream.Name)!, stop.Token))).ConfigureAwait(false);
    }

    private async Task RunAsync(IBarStream stream, IMarketDataSource source, CancellationToken cancellationToken)
    {
        // The host starts its other services first.
        await Task.Yield();
        var writer = new StreamWriter(source, stream.Settlement, ingest, store, options, meter, logger);
        var following = new SourceStreaming(stream, source, watchList, watched, ingest, writer, provisional, options, time, logger);
        try
        {
            await Task.WhenAll(writer.RunAsync(cancellationToken), following.RunAsync(cancellationToken)).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // The service goes on without it.
            if (!cancellationToken.IsCancellationRequested)
                logger.StreamFailed(stream.Name, e);
        }
    }
}
