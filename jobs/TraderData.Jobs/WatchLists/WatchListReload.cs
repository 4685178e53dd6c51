using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TraderData.Connectors;

namespace TraderData.Jobs;

/// <summary>
/// Reads the watch list again every half minute, and makes a changed one count: for what is fetched and shown, and, where jobs run, for their schedule. A wrong
/// one is told once in the log, and the one before goes on.
/// </summary>
internal sealed class WatchListReload(
    JobsOptions options,
    CurrentWatchList current,
    Func<IEnumerable<IMarketDataSource>> sources,
    Func<TriggerSync> triggers,
    TimeProvider time,
    ILogger<WatchListReload> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private string[] _read = [.. options.WatchList.Entries];
    private string? _fault;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (options.WatchList.Read is not null && await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            await LookAsync(stoppingToken).ConfigureAwait(false);
    }

    /// <summary>Reads the list once and takes it, when it is another one and right.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            string[] entries = [.. options.WatchList.Read?.Invoke() ?? _read];
            if (!entries.SequenceEqual(_read) || _fault is not null)
                await TakeAsync(entries, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A settings file that is being written, a schedule that cannot be reached: the next look tries again.
            Tell(e.InnerException is null ? e.Message : $"{e.Message} {e.GetBaseException().Message}");
        }
    }

    private async Task TakeAsync(string[] entries, CancellationToken cancellationToken)
    {
        var list = WatchList.Parse(entries, out var faults);
        string[] all = [.. faults, .. list.Check(sources())];
        if (all.Length > 0)
        {
            Tell(string.Join("; ", all));
            return;
        }

        current.Value = list;
        if (options.RunJobs)
            await triggers().SyncIngestAsync(cancellationToken).ConfigureAwait(false);
        (_read, _fault) = (entries, null);
        logger.WatchListTaken(entries.Length, string.Join(' ', entries));
    }

    private void Tell(string fault)
    {
        if (fault != _fault)
            logger.WatchListRefused(fault);
        _fault = fault;
    }
}
