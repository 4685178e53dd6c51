using System.Text;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>
/// Alpaca's streams of minute bars: greeting, <c>auth</c>, <c>subscribe</c> to <c>bars</c> and <c>updatedBars</c>. A bar (<c>b</c>) comes a second after its minute, and
/// again (<c>u</c>) when it is rebuilt half a minute later, if that changed it.
/// </summary>
internal sealed class BarStream(StreamChannel channel, SimulatorOptions options, IBarBook book, string path) : IStreamWire
{
    private const long RebuiltAfterMs = 30_000;

    private readonly bool _isCrypto = path.StartsWith("/v1beta3", StringComparison.Ordinal);
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private bool _isAuthenticated;

    public Task BeginAsync(CancellationToken cancellationToken) => SayAsync("""[{"T":"success","msg":"connected"}]""", cancellationToken);

    public async Task HearAsync(ReadOnlyMemory<byte> utf8, CancellationToken cancellationToken)
    {
        try
        {
            using var json = JsonDocument.Parse(utf8);
            await HearAsync(json.RootElement, cancellationToken);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            await SayAsync("""[{"T":"error","code":400,"msg":"invalid syntax"}]""", cancellationToken);
        }
    }

    public async Task TellAsync(long nowMs, CancellationToken cancellationToken)
    {
        foreach (var (symbol, subscription) in _subscriptions)
        {
            foreach (var row in Read(symbol, new TimeRange(Math.Min(subscription.NextMs, nowMs), nowMs), nowMs))
            {
                subscription.NextMs = row.TimeMs + Timeframe.M1.DurationMs;
                subscription.Unsettled.Enqueue(row);
                await channel.TellAsync($"{symbol} b", Message('b', symbol, row), cancellationToken);
            }

            while (subscription.Unsettled.TryPeek(out var first) && first.TimeMs + Timeframe.M1.DurationMs + RebuiltAfterMs <= nowMs)
            {
                _ = subscription.Unsettled.Dequeue();
                var rebuilt = Read(symbol, new TimeRange(first.TimeMs, first.TimeMs + 1), nowMs).First();
                if (!rebuilt.Text.Span.SequenceEqual(first.Text.Span))
                    await channel.TellAsync($"{symbol} u", Message('u', symbol, rebuilt), cancellationToken);
            }
        }
    }

    private async Task HearAsync(JsonElement json, CancellationToken cancellationToken)
    {
        switch (json.GetProperty("action").GetString())
        {
            case "auth" when options.RequireAlpacaKeys && !HasKeys(json):
                await SayAsync("""[{"T":"error","code":402,"msg":"auth failed"}]""", cancellationToken);
                break;
            case "auth":
                _isAuthenticated = true;
                await SayAsync("""[{"T":"success","msg":"authenticated"}]""", cancellationToken);
                break;
            case "subscribe" when !_isAuthenticated:
                await SayAsync("""[{"T":"error","code":401,"msg":"not authenticated"}]""", cancellationToken);
                break;
            case "subscribe":
                foreach (var symbol in json.GetProperty("bars").EnumerateArray().Select(s => s.GetString()!))
                    _subscriptions.TryAdd(symbol, new Subscription { NextMs = Timeframe.M1.Floor(options.Clock.GetUtcNow().ToUnixTimeMilliseconds()) });
                var symbols = JsonSerializer.Serialize(_subscriptions.Keys);
                await SayAsync($$"""[{"T":"subscription","trades":[],"quotes":[],"bars":{{symbols}},"updatedBars":{{symbols}},"dailyBars":[]}]""", cancellationToken);
                break;
            default:
                await SayAsync("""[{"T":"error","code":400,"msg":"invalid syntax"}]""", cancellationToken);
                break;
        }
    }

    private bool HasKeys(JsonElement json) =>
        (options.AlpacaKeyId is null || json.GetProperty("key").GetString() == options.AlpacaKeyId)
        && (options.AlpacaSecret is null || json.GetProperty("secret").GetString() == options.AlpacaSecret);

    private IEnumerable<BarRow> Read(string symbol, TimeRange opens, long nowMs) => book.Read(new BarQuery(
        symbol, _isCrypto, _isCrypto ? "" : path[(path.LastIndexOf('/') + 1)..], Timeframe.M1, opens, Descending: false, nowMs, Lie: false));

    // A bar's own object with two more keys in front.
    private static byte[] Message(char kind, string symbol, BarRow row) =>
        [.. Encoding.UTF8.GetBytes($"[{{\"T\":\"{kind}\",\"S\":\"{symbol}\","), .. row.Text.Span[1..], (byte)']'];

    private Task SayAsync(string text, CancellationToken cancellationToken) => channel.AnswerAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

    private sealed class Subscription
    {
        /// <summary>The first opening time whose bar was not told.</summary>
        public long NextMs { get; set; }

        /// <summary>Bars that may still be rebuilt, oldest first.</summary>
        public Queue<BarRow> Unsettled { get; } = [];
    }
}
