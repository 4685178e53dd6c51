using System.Net.WebSockets;

namespace TraderData.Simulator;

/// <summary>One open connection: its clock ticks, its client is heard, and its messages have the faults that are due.</summary>
internal sealed class StreamChannel(WebSocket socket, SimulatorOptions options, SimulatorStats stats, FaultScript faults, string path) : IDisposable
{
    private const int MaxMessageBytes = 64 * 1024;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly List<(long DueMs, byte[] Text)> _late = [];
    private bool _isSilent;

    /// <summary>Runs until either side goes.</summary>
    public async Task RunAsync(IStreamWire wire, CancellationTokenSource gone)
    {
        var hearing = Task.CompletedTask;
        try
        {
            await InTurnAsync(() => wire.BeginAsync(gone.Token), gone.Token);
            hearing = HearAsync(wire, gone);
            await TickAsync(wire, gone.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or IOException)
        {
            // The client went, or the simulator stops.
        }
        finally
        {
            await gone.CancelAsync();
            await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            socket.Abort();
        }
    }

    /// <summary>Sends a message without a fault: answers to the client.</summary>
    public async Task AnswerAsync(ReadOnlyMemory<byte> text, CancellationToken cancellationToken)
    {
        if (!_isSilent)
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
    }

    /// <summary>Sends a message of bars, with a fault when one is due.</summary>
    /// <param name="about">What faults are chosen by.</param>
    /// <param name="text">The message.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task TellAsync(string about, byte[] text, CancellationToken cancellationToken)
    {
        var fault = faults.Take($"{path} {about}", f => f.IsForStream);
        if (fault is not null)
        {
            stats.CountFault(fault.Kind);
            SimulatorLog.FaultGiven(options.Logger, fault.Kind, about);
        }

        _isSilent |= fault?.Kind == FaultKind.StreamSilence;
        switch (fault?.Kind)
        {
            case FaultKind.StreamDrop:
                throw new IOException("the connection breaks");
            case FaultKind.StreamLost:
                return;
            case FaultKind.StreamLate:
                _late.Add((NowMs() + (long)fault.Delay.TotalMilliseconds, text));
                return;
            case FaultKind.StreamMalformed:
                await AnswerAsync(text.AsMemory(0, text.Length / 2), cancellationToken);
                return;
            case FaultKind.StreamDuplicate:
                await AnswerAsync(text, cancellationToken);
                break;
        }

        await AnswerAsync(text, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private long NowMs() => options.Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task TickAsync(IStreamWire wire, CancellationToken cancellationToken)
    {
        var everyMs = (long)options.StreamEvery.TotalMilliseconds;
        while (true)
        {
            var nowMs = NowMs();
            await InTurnAsync(() => TellAllAsync(wire, nowMs, cancellationToken), cancellationToken);
            // On the full second, so that a bar is told when it closes.
            await Task.Delay(TimeSpan.FromMilliseconds(everyMs - (nowMs % everyMs)), options.Clock, cancellationToken);
        }
    }

    private async Task TellAllAsync(IStreamWire wire, long nowMs, CancellationToken cancellationToken)
    {
        await wire.TellAsync(nowMs, cancellationToken);
        foreach (var (_, text) in _late.Where(l => l.DueMs <= nowMs))
            await AnswerAsync(text, cancellationToken);
        _late.RemoveAll(l => l.DueMs <= nowMs);
    }

    private async Task HearAsync(IStreamWire wire, CancellationTokenSource gone)
    {
        try
        {
            var buffer = new byte[MaxMessageBytes];
            while (await ReceiveAsync(buffer, gone.Token) is { } message)
                await InTurnAsync(() => wire.HearAsync(message, gone.Token), gone.Token);
        }
        finally
        {
            await gone.CancelAsync();
        }
    }

    private async Task<ReadOnlyMemory<byte>?> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        for (var length = 0; length < buffer.Length;)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                return null;
            length += part.Count;
            if (part.EndOfMessage)
                return buffer.AsMemory(0, length);
        }

        return null;
    }

    private async Task InTurnAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await work();
        }
        finally
        {
            _turn.Release();
        }
    }
}
