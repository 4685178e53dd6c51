using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>The events of one open stream: each new bar of a series once, by rising time, read from the store when it is told that there is one.</summary>
internal sealed class BarEvents : IDisposable
{
    // Proxies and clients take a connection for dead that is silent for longer than half a minute or so.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    // Sources tell how a bar comes on about as often.
    private static readonly TimeSpan ProvisionalEvery = TimeSpan.FromSeconds(1);

    // What a client missed is read in pieces, as fast as it takes them.
    private const int PieceRows = 1_000;

    private readonly IBarStore _store;
    private readonly IBarChanges _changes;
    private readonly IProvisionalBars? _provisional;
    private readonly FieldRows _provisionalRows;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _changed = new(0, 1);
    private readonly BarRows _rows;
    private SeriesReading _reading;
    private long _nextMs;
    private int _isTold;
    private Bar _shown;

    /// <summary>Begins behind a bar.</summary>
    /// <param name="store">Where the bars are.</param>
    /// <param name="changes">Tells of new ones.</param>
    /// <param name="provisional">Where bars are that may still change; null when they are not wanted.</param>
    /// <param name="reading">The series, as found just now.</param>
    /// <param name="afterMs">Opening time of the bar to begin behind; null for the newest there is.</param>
    /// <param name="time">Measures silence.</param>
    public BarEvents(IBarStore store, IBarChanges changes, IProvisionalBars? provisional, SeriesReading reading, long? afterMs, TimeProvider time)
    {
        (_store, _changes, _provisional, _reading, _time) = (store, changes, provisional, reading, time);
        _provisionalRows = new FieldRows(
            AnswerFormat.NdJson, BarAnswer.Ohlcv.FieldsOf(named: null, includeProvisional: true), reading.Series, isoTime: true, isFirst: true, isProvisional: true);
        _nextMs = afterMs + 1 ?? reading.EndMs;
        _rows = new BarRows($"data: {{\"symbol\":\"{reading.Series.Symbol}\",\"timeframe\":\"{reading.Series.Timeframe}\",\"bar_ts\":\"", isoTime: true, isFirst: false);
    }

    /// <summary>Sends until the token ends it.</summary>
    public async Task SendAsync(PipeWriter body, CancellationToken cancellationToken)
    {
        // Before anything is read, so that nothing falls in between.
        using var following = _changes.Follow(_reading.Held.Series, Changed);
        body.Write(Encoding.UTF8.GetBytes($": bars of {_reading.Series}\n\n"));
        var sentAt = _time.GetTimestamp();
        _ = await body.FlushAsync(cancellationToken);
        while (true)
        {
            if (await TrySendNewAsync(body, cancellationToken))
                sentAt = _time.GetTimestamp();
            var silent = _time.GetElapsedTime(sentAt);
            if (silent >= Heartbeat)
            {
                body.Write(":\n\n"u8);
                sentAt = _time.GetTimestamp();
                _ = await body.FlushAsync(cancellationToken);
                silent = TimeSpan.Zero;
            }

            await WaitAsync(Heartbeat - silent, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _changed.Dispose();

    private async Task WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        var wait = _changes.LookEvery < atMost ? _changes.LookEvery : atMost;
        if (_provisional is not null && wait > ProvisionalEvery)
            wait = ProvisionalEvery;
        using var patience = new CancellationTokenSource(wait, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await _changed.WaitAsync(either.Token);
            Volatile.Write(ref _isTold, 0);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Time to look, or to give a sign of life.
        }
    }

    // What is told while a read goes on is read by the next one; more than that need not be kept.
    private void Changed()
    {
        if (Interlocked.Exchange(ref _isTold, 1) == 0)
            _ = _changed.Release();
    }

    private async Task<bool> TrySendNewAsync(PipeWriter body, CancellationToken cancellationToken)
    {
        try
        {
            return await SendNewAsync(body, cancellationToken) | await SendProvisionalAsync(body, cancellationToken);
        }
        catch (StorageException e) when (e.IsTransient)
        {
            // The next look finds what this one missed.
            return false;
        }
    }

    private async Task<bool> SendNewAsync(PipeWriter body, CancellationToken cancellationToken)
    {
        // Up to where bars can be made is known from what is held now.
        if (_reading.IsResampled)
            _reading = await SeriesReader.FindAsync(_store, _reading.Series, cancellationToken) ?? _reading;
        var (any, rows) = (false, PieceRows);
        while (rows == PieceRows)
        {
            rows = 0;
            var query = new BarQuery(new TimeRange(_nextMs, TimeRange.All.EndMs), Limit: PieceRows);
            await foreach (var block in SeriesReader.ReadAsync(_store, _reading, query, completeOnly: false, cancellationToken))
            {
                Write(body, block);
                _ = await body.FlushAsync(cancellationToken);
                (rows, any, _nextMs) = (rows + block.Count, true, block.LastMs + 1);
            }
        }

        return any;
    }

    // Those that are not held as final by now, when they have changed.
    private async Task<bool> SendProvisionalAsync(PipeWriter body, CancellationToken cancellationToken)
    {
        if (_provisional is null)
            return false;
        var bars = (await _provisional.ReadAsync(_reading.Series, cancellationToken)).Between(new TimeRange(_nextMs, TimeRange.All.EndMs));
        if (bars.Count == 0 || bars.At(bars.Count - 1) == _shown)
            return false;
        _shown = bars.At(bars.Count - 1);
        for (var i = 0; i < bars.Count; i++)
        {
            body.Write("event: provisional\ndata: "u8);
            _ = _provisionalRows.Write(bars, i, 1, 1, body.GetSpan(_provisionalRows.MaxRowBytes), out var bytes);
            body.Advance(bytes);
            body.Write("\n"u8);
        }

        _ = await body.FlushAsync(cancellationToken);
        return true;
    }

    private void Write(PipeWriter body, BarBlock block)
    {
        for (var i = 0; i < block.Count; i++)
        {
            body.Write("event: bar\nid: "u8);
            body.Advance(TimeText.WriteIso(block.Times[i], body.GetSpan(TimeText.MaxIsoLength)));
            body.Write("\n"u8);
            _ = _rows.Write(block, i, 1, 1, body.GetSpan(_rows.MaxRowBytes), out var bytes);
            body.Advance(bytes);
            body.Write("\n\n"u8);
        }
    }
}
