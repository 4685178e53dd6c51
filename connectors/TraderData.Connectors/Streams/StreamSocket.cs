using System.Buffers;
using System.Net;
using System.Net.WebSockets;

namespace TraderData.Connectors;

/// <summary>
/// A websocket to a source: text messages with a bound, a limit to silence, and every fault as a <see cref="SourceException"/>. One at a time may send,
/// and one receive.
/// </summary>
internal sealed class StreamSocket : IAsyncDisposable
{
    private const int FirstSize = 16 * 1024;
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(1);

    private readonly ClientWebSocket _socket;
    private readonly string _name;
    private readonly StreamOptions _options;
    private readonly TimeProvider _time;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstSize);

    private StreamSocket(ClientWebSocket socket, string name, StreamOptions options, TimeProvider time) =>
        (_socket, _name, _options, _time) = (socket, name, options, time);

    /// <summary>Connects.</summary>
    /// <param name="source">The source, for messages.</param>
    /// <param name="url">A ws or wss address that holds no secret, since it appears in messages.</param>
    /// <param name="options">Limits.</param>
    /// <param name="time">Measures silence.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="SourceException">It could not be made, or the source refuses.</exception>
    public static async Task<StreamSocket> ConnectAsync(string source, Uri url, StreamOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var name = $"{source} stream {url.Host}{url.AbsolutePath}";
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = options.PingEvery;
        socket.Options.KeepAliveTimeout = options.PingEvery;
        socket.Options.CollectHttpResponseDetails = true;
        using var deadline = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await socket.ConnectAsync(url, either.Token);
            return new StreamSocket(socket, name, options, time);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new SourceException(SourceErrorKind.Unavailable, $"{name}: no connection within {options.ConnectTimeout.TotalSeconds:0} s", inner: e);
        }
        catch (WebSocketException e)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw new SourceException(KindOf(status), $"{name}: no connection: {(status == 0 ? e.Message : $"answered {(int)status}")}", inner: e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a text message.</summary>
    /// <exception cref="SourceException">The connection broke.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(_options.ConnectTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await _socket.SendAsync(utf8, WebSocketMessageType.Text, endOfMessage: true, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost($"nothing could be sent for {_options.ConnectTimeout.TotalSeconds:0} s", e);
        }
        catch (WebSocketException e)
        {
            throw Lost(e.Message, e);
        }
    }

    /// <summary>Receives the next message.</summary>
    /// <param name="patience">How long it may take.</param>
    /// <param name="cancellationToken">Stops it; the connection is of no use afterwards.</param>
    /// <returns>The text, to be used until the next call.</returns>
    /// <exception cref="SourceException">The connection broke or was closed, nothing came, or too much did.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(TimeSpan patience, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await ReceiveWholeAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Lost($"nothing came for {patience.TotalSeconds:0} s", e);
        }
        catch (WebSocketException e)
        {
            throw Lost(e.Message, e);
        }
    }

    /// <summary>The exception for a connection that is given up.</summary>
    public SourceException Lost(string why, Exception? inner = null) => new(SourceErrorKind.Unavailable, $"{_name}: {why}", inner: inner);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
        {
            using var patience = new CancellationTokenSource(Goodbye);
            try
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
            {
                // It is closed one way or the other.
            }
        }

        _socket.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private async ValueTask<ReadOnlyMemory<byte>> ReceiveWholeAsync(CancellationToken cancellationToken)
    {
        for (var length = 0; ;)
        {
            if (length == _buffer.Length)
                Grow(length);
            var part = await _socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
                throw Lost($"closed by the source: {(int?)_socket.CloseStatus} {_socket.CloseStatusDescription}".TrimEnd());
            length += part.Count;
            if (length > _options.MaxMessageBytes)
                throw Lost($"a message of more than {_options.MaxMessageBytes} bytes");
            if (part.EndOfMessage)
                return _buffer.AsMemory(0, length);
        }
    }

    private void Grow(int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(length * 2);
        _buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static SourceErrorKind KindOf(HttpStatusCode status) => (int)status switch
    {
        401 => SourceErrorKind.Unauthorized,
        403 => SourceErrorKind.Forbidden,
        418 => SourceErrorKind.Banned,
        429 => SourceErrorKind.RateLimited,
        451 => SourceErrorKind.RegionBlocked,
        _ => SourceErrorKind.Unavailable,
    };
}
