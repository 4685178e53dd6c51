using System.Globalization;
using System.Text;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>
/// Binance's combined streams: <c>SUBSCRIBE</c> and <c>UNSUBSCRIBE</c> of <c>btcusdt@kline_1m</c>, or streams named in the address. Each tick tells the forming
/// bar, and once every bar that closed. Streams of what is not listed are accepted and silent, as Binance does it.
/// </summary>
internal sealed class KlineStream(StreamChannel channel, SimulatorOptions options, IKlineBook book, string? named) : IStreamWire
{
    private const string Marker = "@kline_";

    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);

    public Task BeginAsync(CancellationToken cancellationToken)
    {
        foreach (var stream in (named ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries))
            Subscribe(stream);
        return Task.CompletedTask;
    }

    public async Task HearAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            var (method, id) = (json.RootElement.GetProperty("method").GetString(), json.RootElement.GetProperty("id").GetInt64());
            foreach (var stream in json.RootElement.GetProperty("params").EnumerateArray().Select(p => p.GetString()!))
            {
                if (method == "SUBSCRIBE")
                    Subscribe(stream);
                else
                    _subscriptions.Remove(stream);
            }

            await channel.AnswerAsync(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"result\":null,\"id\":{id}}}")), cancellationToken);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            await channel.AnswerAsync("{\"error\":{\"code\":2,\"msg\":\"Invalid request\"}}"u8.ToArray(), cancellationToken);
        }
    }

    public async Task TellAsync(long nowMs, CancellationToken cancellationToken)
    {
        foreach (var subscription in _subscriptions.Values.ToArray())
        {
            if (book.Find(subscription.Symbol, nowMs) is null)
                continue;
            var opens = new TimeRange(Math.Min(subscription.NextMs, nowMs), nowMs + 1);
            foreach (var row in book.Read(new KlineQuery(subscription.Symbol, subscription.Timeframe, opens, NewestFirst: false, nowMs)))
            {
                var isClosed = Number(row.Span, 6) < nowMs;
                if (isClosed)
                    subscription.NextMs = Number(row.Span, 0) + subscription.Timeframe.DurationMs;
                await channel.TellAsync($"{subscription.Stream} {(isClosed ? "closed" : "forming")}", Message(subscription, row.Span, isClosed, nowMs), cancellationToken);
            }
        }
    }

    private void Subscribe(string stream)
    {
        var at = stream.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 1 || !Timeframe.TryParse(stream[(at + Marker.Length)..], out var timeframe))
            return;
        _subscriptions[stream] = new Subscription(stream, stream[..at].ToUpperInvariant(), timeframe)
        {
            NextMs = timeframe.Floor(options.Clock.GetUtcNow().ToUnixTimeMilliseconds()),
        };
    }

    private static long Number(ReadOnlySpan<byte> row, int column) => long.Parse(row[RowFaults.FieldOf(row, column, 0)], NumberStyles.None, CultureInfo.InvariantCulture);

    private static byte[] Message(Subscription subscription, ReadOnlySpan<byte> row, bool isClosed, long nowMs)
    {
        var fields = new string[12];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = Encoding.ASCII.GetString(row[RowFaults.FieldOf(row, i, 0)]);
        return Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{{\"stream\":\"{subscription.Stream}\",\"data\":{{\"e\":\"kline\",\"E\":{nowMs},\"s\":\"{subscription.Symbol}\",\"k\":{{\"t\":{fields[0]},\"T\":{fields[6]},")
            + $"\"s\":\"{subscription.Symbol}\",\"i\":\"{subscription.Timeframe}\",\"f\":1,\"L\":2,\"o\":\"{fields[1]}\",\"c\":\"{fields[4]}\",\"h\":\"{fields[2]}\",\"l\":\"{fields[3]}\","
            + $"\"v\":\"{fields[5]}\",\"n\":{fields[8]},\"x\":{(isClosed ? "true" : "false")},\"q\":\"{fields[7]}\",\"V\":\"{fields[9]}\",\"Q\":\"{fields[10]}\",\"B\":\"0\"}}}}}}");
    }

    private sealed record Subscription(string Stream, string Symbol, Timeframe Timeframe)
    {
        /// <summary>The first opening time whose bar was not told as closed.</summary>
        public long NextMs { get; set; }
    }
}
