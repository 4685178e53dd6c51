using System.Collections.Concurrent;
using System.Threading.Channels;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>
/// Takes orders for exports, writes one after the other into the file store, and tells how they stand, those of other processes too. What a process leaves behind that is killed is told as interrupted.
/// </summary>
/// <param name="export">Writes them.</param>
/// <param name="files">Where they go, and the record of them.</param>
/// <param name="time">The clock.</param>
public sealed class ExportDesk(LonaExport export, IFileStore files, TimeProvider time) : IAsyncDisposable
{
    /// <summary>The most that may wait in one process.</summary>
    public const int MostWaiting = 16;

    /// <summary>How long a process may be silent about an export before it counts as gone.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(5);

    private readonly Channel<string> _waiting = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, ExportRecord> _mine = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Task? _work;

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Takes an order. One that is open, or whose file is there, is not run again.</summary>
    /// <param name="order">The order.</param>
    /// <param name="isAsOfNow">True when its time is only the present one: an open order for the same counts as this one.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How it stands; null when as many wait as may.</returns>
    /// <exception cref="StorageException">The record cannot be kept.</exception>
    public async Task<ExportRecord?> AddAsync(ExportOrder order, bool isAsOfNow, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (await FindSameAsync(order, isAsOfNow, cancellationToken).ConfigureAwait(false) is { } held)
                return held;
            if (_mine.Count > MostWaiting)
                return null;
            var record = new ExportRecord(order, ExportState.Queued, NowMs, NowMs);
            await KeepAsync(record, cancellationToken).ConfigureAwait(false);
            _mine[order.Id] = record;
            _waiting.Writer.TryWrite(order.Id);
            _work ??= Task.Run(WorkAsync, CancellationToken.None);
            return record;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>All exports that are remembered, the newest first.</summary>
    public async Task<IReadOnlyList<ExportRecord>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await ExportBook.ReadAsync(files, cancellationToken).ConfigureAwait(false)).Select(AsItStands)];

    /// <summary>One export; null when it is not remembered.</summary>
    public async Task<ExportRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await ListAsync(cancellationToken).ConfigureAwait(false)).FirstOrDefault(record => record.Order.Id == id);

    /// <summary>Opens the file of an export, or a file beside it.</summary>
    /// <param name="order">The order.</param>
    /// <param name="sideFile">Empty for the file itself, <c>.sha256</c> or <c>.manifest.json</c>.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>A stream that can seek; null when there is no such file.</returns>
    public Task<Stream?> OpenAsync(ExportOrder order, string sideFile, CancellationToken cancellationToken) => files.OpenReadAsync(order.BlobName + sideFile, cancellationToken);

    /// <summary>Removes an export with its files. Safe to do again when it was broken off.</summary>
    /// <param name="id">Which.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>How it stood: one that is open is left as it is. Null when it is not remembered.</returns>
    /// <exception cref="StorageException">A file cannot be removed, or the record cannot be kept.</exception>
    public async Task<ExportRecord?> RemoveAsync(string id, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var record = await FindAsync(id, cancellationToken).ConfigureAwait(false);
            if (record is null || record.IsOpen)
                return record;
            // The manifest first: an order whose manifest is gone is run again.
            foreach (var end in new[] { LonaManifest.ManifestEnd, LonaManifest.ChecksumEnd, "" })
                await files.DeleteAsync(record.Order.BlobName + end, cancellationToken).ConfigureAwait(false);
            // Another process may have been asked for it meanwhile.
            await ExportBook.ChangeAsync(files, records => [.. records.Where(r => r.Order.Id != id || AsItStands(r).IsOpen)], cancellationToken).ConfigureAwait(false);
            return record;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Stops what runs; it is told as interrupted.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        if (_work is { } work)
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
        _gate.Dispose();
    }

    private async Task<ExportRecord?> FindSameAsync(ExportOrder order, bool isAsOfNow, CancellationToken cancellationToken)
    {
        foreach (var record in await ListAsync(cancellationToken).ConfigureAwait(false))
        {
            if (record.IsOpen && (record.Order.Id == order.Id || (isAsOfNow && record.Order.AsksTheSameAs(order))))
                return record;
            if (record.Order.Id == order.Id && record.State == ExportState.Done && await HasFileAsync(order, cancellationToken).ConfigureAwait(false))
                return record;
        }

        return null;
    }

    private async Task<bool> HasFileAsync(ExportOrder order, CancellationToken cancellationToken)
    {
        var file = await OpenAsync(order, LonaManifest.ManifestEnd, cancellationToken).ConfigureAwait(false);
        if (file is null)
            return false;
        await file.DisposeAsync().ConfigureAwait(false);
        return true;
    }

    private ExportRecord AsItStands(ExportRecord record)
    {
        if (_mine.TryGetValue(record.Order.Id, out var mine))
            return mine;
        return record.IsOpen && NowMs - record.SeenMs > Patience.TotalMilliseconds ? record with { State = ExportState.Interrupted, Error = "its process ended before it did: ask for it again" } : record;
    }

    private async Task WorkAsync()
    {
        await foreach (var id in _waiting.Reader.ReadAllAsync(_stopping.Token).ConfigureAwait(false))
        {
            using var beating = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
            var beats = BeatAsync(beating.Token);
            var record = await RunAsync(id).ConfigureAwait(false);
            await beating.CancelAsync().ConfigureAwait(false);
            await beats.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await EndAsync(record).ConfigureAwait(false);
        }
    }

    private async Task<ExportRecord> RunAsync(string id)
    {
        var order = _mine[id].Order;
        _mine[id] = _mine[id] with { State = ExportState.Running, Progress = 0 };
        var request = new LonaExportRequest(order.Series, order.Range, order.Layout, ExportTarget.BlobAs(order.BlobName), Force: true, order.OnGap, order.AsOfMs, order.CompleteOnly);
        try
        {
            var result = await export.RunAsync(request, new Told(this, id), _stopping.Token).ConfigureAwait(false);
            var ended = _mine[id] with { MissingBars = result.Coverage.MissingBars, Progress = 1 };
            return result.Written is { } written
                ? ended with { State = ExportState.Done, Rows = written.Rows, Bytes = written.Bytes }
                : ended with { State = ExportState.Incomplete, Rows = 0, Error = result.IsEmpty ? "no bar of the range is held" : $"{result.Coverage.MissingBars + result.Coverage.IncompleteBars} bars are missing or lack parts" };
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return _mine[id] with { State = ExportState.Interrupted, Error = "the service was stopped: ask for it again" };
        }
#pragma warning disable CA1031 // Whatever it is, it is told of this one export, and those behind it are written.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return _mine[id] with { State = ExportState.Failed, Error = e.Message };
        }
    }

    // What waits lives as long as what runs.
    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Beat, time);
        do
        {
            await TryKeepAsync([.. _mine.Values.Select(record => record with { SeenMs = NowMs })], cancellationToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private async Task EndAsync(ExportRecord record)
    {
        using var limit = new CancellationTokenSource(LastWords, time);
        var ended = record with { FinishedMs = NowMs, SeenMs = NowMs };
        await TryKeepAsync([ended], _stopping.IsCancellationRequested ? limit.Token : CancellationToken.None).ConfigureAwait(false);
        _mine.TryRemove(record.Order.Id, out _);
    }

    private Task KeepAsync(ExportRecord record, CancellationToken cancellationToken) => ExportBook.ChangeAsync(files, records => ExportBook.With(records, record), cancellationToken);

    // A record that cannot be kept must not end the work: the next beat tries again, and at last it is told as interrupted.
    private async Task TryKeepAsync(IReadOnlyList<ExportRecord> changed, CancellationToken cancellationToken)
    {
        try
        {
            await ExportBook.ChangeAsync(files, records => changed.Aggregate(records, ExportBook.With), cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException)
        {
        }
    }

    private sealed class Told(ExportDesk desk, string id) : IProgress<ExportProgress>
    {
        public void Report(ExportProgress value) => desk._mine[id] = desk._mine[id] with { Rows = value.Rows, Progress = value.Part };
    }
}
