using Microsoft.AspNetCore.Http;

namespace TraderData.Simulator;

/// <summary>Takes a connection that stays open to the wire it belongs to.</summary>
internal sealed class StreamDoor(
    SimulatorOptions options, SimulatorStats stats, FaultScript faults, IKlineBook klines, IBarBook bars, CancellationToken stopping)
{
    public async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var isBinance = path is "/stream" or "/ws";
        if (!isBinance && path is not ("/v2/iex" or "/v2/sip" or "/v1beta3/crypto/us"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        stats.Count(path, 0);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var channel = new StreamChannel(socket, options, stats, faults, path);
        IStreamWire wire = isBinance ? new KlineStream(channel, options, klines, context.Request.Query["streams"]) : new BarStream(channel, options, bars, path);
        await channel.RunAsync(wire, gone);
    }
}

/// <summary>What one exchange says over a connection.</summary>
internal interface IStreamWire
{
    /// <summary>Says what is said without being asked.</summary>
    Task BeginAsync(CancellationToken cancellationToken);

    /// <summary>Answers a message of the client. Never at the same time as the others.</summary>
    Task HearAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken);

    /// <summary>Says what has come on by now.</summary>
    Task TellAsync(long nowMs, CancellationToken cancellationToken);
}
