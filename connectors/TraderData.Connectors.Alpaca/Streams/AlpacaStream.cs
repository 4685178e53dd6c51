using System.Buffers;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors.Alpaca;

/// <summary>
/// Alpaca's streams of minute bars (<c>bars</c>), with those that late trades changed half a minute later (<c>updatedBars</c>): stocks of one feed on one
/// connection, crypto on another. An account may have one connection to each.
/// </summary>
/// <param name="options">Where Alpaca is.</param>
/// <param name="time">Measures silence, and tells when bars are to be expected.</param>
public sealed class AlpacaStream(AlpacaStreamOptions options, TimeProvider time) : IBarStream
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(7);

    /// <inheritdoc/>
    public string Name => AlpacaSource.SourceName;

    /// <inheritdoc/>
    public IReadOnlyList<Timeframe> Timeframes { get; } = [Timeframe.M1];

    /// <inheritdoc/>
    public TimeSpan Settlement => options.Settlement;

    /// <inheritdoc/>
    public IReadOnlyList<IReadOnlyList<Series>> Split(IReadOnlyList<Series> series) => [.. series.GroupBy(IsCrypto).Select(group => group.ToArray())];

    /// <inheritdoc/>
    public async Task ListenAsync(IReadOnlyList<Series> series, IBarListener listener, CancellationToken cancellationToken)
    {
        if (options.Credentials is not { } credentials)
            throw new SourceException(SourceErrorKind.Unauthorized, $"{Name} stream: no keys are set: ALPACA_API_KEY and ALPACA_API_SECRET");
        var isCrypto = IsCrypto(series[0]);
        var url = new Uri(options.Url, isCrypto ? "/v1beta3/crypto/us" : $"/v2/{options.Feed}");
        await using var socket = await StreamSocket.ConnectAsync(Name, url, options.Connection, time, cancellationToken);
        await socket.SendAsync(credentials.ToMessage(), cancellationToken);
        var names = new SeriesNames(series, s => s.Symbol);
        var isSubscribed = false;
        for (var refused = 0; ;)
        {
            var message = await socket.ReceiveAsync(isSubscribed ? SilenceAllowed(isCrypto) : options.Connection.ConnectTimeout, cancellationToken);
            try
            {
                var sign = BarMessage.Read(message.Span, names, listener);
                if (sign == BarMessage.Sign.Authenticated)
                    await socket.SendAsync(Subscription(series), cancellationToken);
                if (sign != BarMessage.Sign.Subscribed || isSubscribed)
                    continue;
                isSubscribed = true;
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

    private static bool IsCrypto(Series series) => series.Symbol.Contains('/', StringComparison.Ordinal);

    // Outside the sessions nothing is traded, and a connection that lives is silent; that it lives, pings tell.
    private TimeSpan SilenceAllowed(bool isCrypto)
    {
        if (isCrypto)
            return options.Connection.MaxSilence;
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var ahead = new TimeRange(nowMs, nowMs + (long)LongestWait.TotalMilliseconds);
        var next = NyseCalendar.Instance.Sessions(ahead).Select(session => session.StartMs).DefaultIfEmpty(ahead.EndMs).First();
        return TimeSpan.FromMilliseconds(Math.Max(0, next - nowMs)) + options.Connection.MaxSilence;
    }

    private static ReadOnlyMemory<byte> Subscription(IReadOnlyList<Series> series)
    {
        var text = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(text);
        json.WriteStartObject();
        json.WriteString("action"u8, "subscribe"u8);
        foreach (var channel in new[] { "bars", "updatedBars" })
        {
            json.WriteStartArray(channel);
            foreach (var one in series)
                json.WriteStringValue(one.Symbol);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.Flush();
        return text.WrittenMemory;
    }
}
