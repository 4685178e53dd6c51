using System.Buffers;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>
/// Binance's kline streams. A connection lasts 24 hours at most, holds 1,024 streams, and takes five messages a second; Binance pings it every 20 s, which
/// the client answers by itself.
/// </summary>
/// <param name="options">Where Binance is.</param>
/// <param name="time">Measures silence and pauses.</param>
public sealed class BinanceStream(BinanceStreamOptions options, TimeProvider time) : IBarStream
{
    /// <summary>What Binance allows on one connection.</summary>
    internal const int MaxStreams = 1_024;

    // A message of about 5 kB; Binance closes the connection when it gets more than five in a second.
    private const int StreamsInMessage = 200;
    private static readonly TimeSpan BetweenMessages = TimeSpan.FromMilliseconds(250);

    private readonly Uri _url = new(options.Url, "/stream");

    /// <inheritdoc/>
    public string Name => BinanceSource.SourceName;

    /// <inheritdoc/>
    public IReadOnlyList<Timeframe> Timeframes => Timeframe.Standard;

    /// <inheritdoc/>
    public TimeSpan Settlement => options.Settlement;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<Series>> Split(IReadOnlyList<Series> series) => [.. series.Chunk(MaxStreams)];

    /// <inheritdoc/>
    public async Task ListenAsync(IReadOnlyList<Series> series, IBarListener listener, CancellationToken cancellationToken)
    {
        await using var socket = await StreamSocket.ConnectAsync(Name, _url, options.Connection, time, cancellationToken);
        var unanswered = await SubscribeAsync(socket, series, cancellationToken);
        var names = new SeriesNames(series, StreamOf);
        for (var refused = 0; ;)
        {
            // Acknowledgements come at once.
            var patience = unanswered > 0 ? options.Connection.ConnectTimeout : options.Connection.MaxSilence;
            var message = await socket.ReceiveAsync(patience, cancellationToken);
            try
            {
                var kline = KlineMessage.Parse(message.Span, names);
                if (kline.Series is { } heard)
                    listener.Heard(heard, kline.Bar, kline.IsClosed);
                else if (kline.IsAnswer && --unanswered == 0)
                    listener.Subscribed();
            }
            catch (BadDataException e)
            {
                listener.Refused(e);
                if (++refused == options.Connection.MaxRefused)
                    throw socket.Lost($"given up after {refused} messages that cannot be believed", e);
            }
        }
    }

    // btcusdt@kline_1m; a symbol that is not ASCII stays what it is.
    internal static string StreamOf(Series series) => $"{series.Symbol.ToLowerInvariant()}@kline_{series.Timeframe}";

    private async Task<int> SubscribeAsync(StreamSocket socket, IReadOnlyList<Series> series, CancellationToken cancellationToken)
    {
        var messages = 0;
        foreach (var part in series.Chunk(StreamsInMessage))
        {
            if (messages > 0)
                await Task.Delay(BetweenMessages, time, cancellationToken);
            await socket.SendAsync(Subscription(part, ++messages), cancellationToken);
        }

        return messages;
    }

    private static ReadOnlyMemory<byte> Subscription(Series[] series, int id)
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text);
        json.WriteStartObject();
        json.WriteString("method"u8, "SUBSCRIBE"u8);
        json.WriteStartArray("params"u8);
        foreach (var one in series)
            json.WriteStringValue(StreamOf(one));
        json.WriteEndArray();
        json.WriteNumber("id"u8, id);
        json.WriteEndObject();
        json.Flush();
        return text.WrittenMemory;
    }
}
