using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>Real websockets to the simulated exchange, whose clock stands some seconds before the end of a minute, an hour and a day.</summary>
public sealed class BinanceStreamTests
{
    private const string BeforeMidnight = "2026-03-01T23:59:58Z";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly Series Minutes = new("binance", "BTCUSDT", Timeframe.M1);

    private readonly RunningClock _clock = new(BeforeMidnight);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("BTCUSDT", "1m")]
    [InlineData("BTCUSDT", "1h")]
    [InlineData("币安人生USDT", "1d")]
    public async Task Closed_bar_is_that_of_the_api(string symbol, string timeframe)
    {
        await using var exchange = await StartAsync();
        var listener = new Listener();
        using var stop = Limit();
        var series = new Series("binance", symbol, Timeframe.Parse(timeframe));
        var listening = StreamOf(exchange).ListenAsync([Minutes, series], listener, stop.Token);
        await listener.WhenSubscribed.WaitAsync(stop.Token);

        var forming = await listener.NextAsync((s, isClosed) => s == series && !isClosed, stop.Token);
        var closed = await listener.NextAsync((s, isClosed) => s == series && isClosed, stop.Token);

        Assert.Equal(series.Timeframe.Floor(Ms(BeforeMidnight)), closed.TimeMs);
        Assert.Equal(closed.TimeMs, forming.TimeMs);
        Assert.Equal(await RestAsync(exchange, series, closed.TimeMs), Bars(series, closed));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    [Fact]
    public async Task Message_that_cannot_be_read_is_refused_and_the_next_one_is_told()
    {
        await using var exchange = await StartAsync(new Fault(FaultKind.StreamMalformed) { Contains = "forming" });
        var listener = new Listener();
        using var stop = Limit();
        var listening = StreamOf(exchange).ListenAsync([Minutes], listener, stop.Token);

        var refused = await listener.RefusalAsync(stop.Token);
        var closed = await listener.NextAsync((_, isClosed) => isClosed, stop.Token);

        Assert.Contains("binance stream message: malformed JSON", refused.Message);
        Assert.Contains("btcusdt@kline_1m", refused.Message);
        Assert.Equal(Minutes.Timeframe.Floor(Ms(BeforeMidnight)), closed.TimeMs);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    [Theory]
    [InlineData(FaultKind.StreamDrop, "stream 127.0.0.1/stream: ")]
    [InlineData(FaultKind.StreamSilence, "nothing came for 2 s")]
    public async Task Connection_that_breaks_or_is_silent_is_given_up(FaultKind kind, string reason)
    {
        await using var exchange = await StartAsync(new Fault(kind));

        var error = await FailureAsync(exchange);

        Assert.Equal(SourceErrorKind.Unavailable, error.Kind);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public async Task Connection_with_nothing_but_rubbish_is_given_up()
    {
        await using var exchange = await StartAsync(new Fault(FaultKind.StreamMalformed) { Count = null });

        Assert.Contains("given up after 3 messages that cannot be believed", (await FailureAsync(exchange)).Message);
    }

    [Theory]
    [InlineData(FaultKind.FirewallHtml, SourceErrorKind.Forbidden, "answered 403")]
    [InlineData(FaultKind.RegionBlocked, SourceErrorKind.RegionBlocked, "answered 451")]
    [InlineData(FaultKind.TooManyRequests, SourceErrorKind.RateLimited, "answered 429")]
    [InlineData(FaultKind.Status, SourceErrorKind.Unavailable, "answered 500")]
    [InlineData(FaultKind.Hang, SourceErrorKind.Unavailable, "no connection within 1 s")]
    public async Task Refused_connection_says_why(FaultKind kind, SourceErrorKind expected, string reason)
    {
        await using var exchange = await StartAsync(new Fault(kind));

        var error = await FailureAsync(exchange);

        Assert.Equal(expected, error.Kind);
        Assert.Contains($"binance stream 127.0.0.1/stream: no connection", error.Message);
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Series_are_shared_out_as_many_as_a_connection_may_hold()
    {
        Series[] series = [.. Enumerable.Range(0, 2_500).Select(i => new Series("binance", $"S{i}USDT", Timeframe.M1))];

        var parts = StreamOf(new Uri("ws://127.0.0.1:1")).Split(series);

        Assert.Equal([1_024, 1_024, 452], parts.Select(p => p.Count));
        Assert.Equal(series, parts.SelectMany(p => p));
    }

    [Fact]
    public async Task Many_subscriptions_are_acknowledged_before_they_count()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { Clock = _clock, AcceptAnySymbol = true }, Token);
        var listener = new Listener();
        using var stop = Limit();
        Series[] series = [.. Enumerable.Range(0, 450).Select(i => new Series("binance", $"S{i}USDT", Timeframe.M1))];
        var listening = StreamOf(exchange).ListenAsync(series, listener, stop.Token);

        await listener.WhenSubscribed.WaitAsync(stop.Token);
        var last = await listener.NextAsync((s, isClosed) => isClosed && s == series[^1], stop.Token);

        Assert.Equal(Timeframe.M1.Floor(Ms(BeforeMidnight)), last.TimeMs);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }

    private static long Ms(string time) => TimeText.TryParse(time, out var ms) ? ms : throw new FormatException(time);

    private Task<SimulatorHost> StartAsync(params Fault[] faults) =>
        SimulatorHost.StartAsync(new SimulatorOptions { Clock = _clock, Faults = faults, StreamEvery = TimeSpan.FromMilliseconds(250) }, Token);

    private static BinanceStream StreamOf(SimulatorHost exchange) => StreamOf(exchange.StreamUrl);

    private static BinanceStream StreamOf(Uri url) => new(
        new BinanceStreamOptions
        {
            Url = url,
            Connection = new StreamOptions { ConnectTimeout = TimeSpan.FromSeconds(1), MaxSilence = TimeSpan.FromSeconds(2), MaxRefused = 3 },
        },
        TimeProvider.System);

    private static CancellationTokenSource Limit()
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        return limit;
    }

    private static async Task<SourceException> FailureAsync(SimulatorHost exchange)
    {
        using var limit = Limit();
        return await Assert.ThrowsAsync<SourceException>(() => StreamOf(exchange).ListenAsync([Minutes], new Listener(), limit.Token));
    }

    private static string Bars(Series series, Bar bar)
    {
        var builder = new BarBlockBuilder(series.ToString());
        builder.Add(bar);
        return builder.Build().Normalize().At(0).ToString();
    }

    private async Task<string> RestAsync(SimulatorHost exchange, Series series, long openMs)
    {
        using var http = SourceHttpClient.Create();
        using var budget = new SourceBudget("binance", exchange.BaseUrl, new SourceBudgetOptions { LimitPerMinute = 6_000 }, new MemoryBudgetStore(), _clock, NullLogger.Instance);
        var source = new BinanceSource(http, new BinanceOptions { BaseUrl = exchange.BaseUrl }, budget, _clock, NullLogger<BinanceSource>.Instance);
        var range = new TimeRange(openMs, openMs + series.Timeframe.DurationMs);
        await foreach (var page in source.FetchBarsAsync(series.Symbol, series.Timeframe, range, Token))
            return page.Bars.Normalize().At(0).ToString();
        throw new InvalidOperationException($"the API has no bar of {series} at {TimeText.Iso(openMs)}");
    }
}
