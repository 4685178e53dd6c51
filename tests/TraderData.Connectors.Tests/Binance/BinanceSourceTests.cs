using System.Globalization;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class BinanceSourceTests
{
    private const long FirstMs = 1_704_067_200_000;
    private readonly FastClock _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(FirstMs).AddDays(30));

    [Fact]
    [Rule("B1")]
    public async Task Request_has_inclusive_ends_in_milliseconds_and_the_greatest_limit()
    {
        await using var run = await SourceRun.BinanceAsync(_clock, context => Exchange.WriteAsync(context, "[]"));
        await run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + 7_200_000));
        Assert.Equal(["/api/v3/time", $"/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime={FirstMs}&endTime={FirstMs + 7_199_999}&limit=1000"], run.Requests);
    }

    [Fact]
    [Rule("B8")]
    public async Task Symbol_that_is_not_ascii_is_escaped()
    {
        var symbol = "";
        await using var run = await SourceRun.BinanceAsync(_clock, context =>
        {
            symbol = context.Request.Query["symbol"];
            return Exchange.WriteAsync(context, "[]");
        });
        await run.FetchAsync("币安人生USDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + 7_200_000));
        Assert.Equal("币安人生USDT", symbol);
        Assert.Contains("symbol=%E5%B8%81%E5%AE%89%E4%BA%BA%E7%94%9FUSDT&", run.Requests[1], StringComparison.Ordinal);
    }

    [Fact]
    [Rule("B10")]
    public async Task Clock_is_asked_once_a_minute_at_most()
    {
        await using var run = await SourceRun.BinanceAsync(_clock, context => Exchange.WriteAsync(context, "[]"));
        for (var i = 0; i < 3; i++)
            await run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + 3_600_000));
        Assert.Equal(1, run.Requests.Count(r => r == "/api/v3/time"));
        _clock.Advance(TimeSpan.FromSeconds(61));
        await run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + 3_600_000));
        Assert.Equal(2, run.Requests.Count(r => r == "/api/v3/time"));
    }

    // The last bar before the halt of 2023-03-24, as archived: its hour ends early, and no bar opens at 13:00.
    [Theory]
    [Rule("B11")]
    [InlineData("2023-03-24T12:39:41.647Z", true)]
    [InlineData("2023-03-24T12:39:41.646Z", false)]
    [InlineData("2023-03-24T12:10:00Z", false)]
    [InlineData("2023-03-24T13:30:00Z", true)]
    public async Task Bar_cut_short_by_a_halt_is_closed_when_its_close_time_is_past(string now, bool isClosed)
    {
        const long HaltedMs = 1_679_659_200_000;
        var row = new WireRow(HaltedMs, "28080.00000000", "28080.00000000", "28080.00000000", "28080.00000000", "0.00000000", 0, CloseMs: 1_679_661_581_646);
        var exchange = new BinanceExchange { Rows = [WireRow.At(HaltedMs - 3_600_000), row], Clock = new FastClock(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)) };
        await using var run = await SourceRun.BinanceAsync(exchange.Clock, exchange.AnswerAsync);

        var pages = await run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(HaltedMs - 3_600_000, HaltedMs + 36_000_000));

        BarAssert.Same([.. exchange.Rows.Take(isClosed ? 2 : 1)], pages);
        BarAssert.Follows(pages, HaltedMs - 3_600_000, isClosed ? HaltedMs + 3_600_000 : HaltedMs);
    }

    [Fact]
    [Rule("B5")]
    public async Task Pages_shorter_than_the_limit_do_not_end_a_range_before_its_end()
    {
        var rows = WireRow.Many(FirstMs, Timeframe.H1, 700);
        await using var run = await SourceRun.BinanceAsync(_clock, context =>
        {
            var start = long.Parse(context.Request.Query["startTime"]!, NumberStyles.None, CultureInfo.InvariantCulture);
            var exchange = new BinanceExchange { Rows = rows, Clock = _clock };
            return Exchange.WriteAsync(context, exchange.PageOf(rows.Where(r => r.TimeMs >= start).Take(300)));
        });
        BarAssert.Same(rows, await run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + (700 * 3_600_000L))));
        Assert.Equal(4, run.Requests.Count);
    }

    [Fact]
    [Rule("B11")]
    public async Task Close_time_before_the_open_time_is_refused()
    {
        var exchange = new BinanceExchange { Rows = [WireRow.At(FirstMs) with { CloseMs = FirstMs - 1 }], Clock = _clock };
        await using var run = await SourceRun.BinanceAsync(_clock, exchange.AnswerAsync);
        var e = await Assert.ThrowsAsync<BadDataException>(() => run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + 3_600_000)));
        Assert.Contains($"close time {FirstMs - 1}", e.Found, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("B14")]
    public async Task Used_weight_near_the_limit_stops_requests_until_the_next_minute()
    {
        _clock.Advance(TimeSpan.FromSeconds(20));
        await using var run = await SourceRun.BinanceAsync(_clock, context =>
        {
            context.Response.Headers["x-mbx-used-weight-1m"] = "5900";
            return Exchange.WriteAsync(context, "[]");
        });
        await run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + 3_600_000));
        Assert.Empty(_clock.Waits);
        await run.FetchAsync("BTCUSDT", Timeframe.H1, new TimeRange(FirstMs, FirstMs + 3_600_000));
        Assert.InRange(_clock.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait), TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(40.01));
    }

    [Theory]
    [Rule("B10")]
    [InlineData("{}")]
    [InlineData("{\"serverTime\":\"soon\"}")]
    [InlineData("{\"serverTime\":")]
    [InlineData("<html>")]
    public async Task Time_that_is_none_is_refused(string body)
    {
        await using var server = await WireServer.StartAsync(context => Exchange.WriteAsync(context, body));
        var source = new BinanceExchange { Rows = [], Clock = _clock }.Connect(server.Url, new ListLogger<SourceBudget>(), new SourceHttpOptions { AttemptTimeout = FastClock.Deadline });
        await Assert.ThrowsAsync<BadDataException>(() => source.GetTimeAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Provenance_is_crypto_with_one_feed()
    {
        var source = new BinanceExchange { Rows = [], Clock = _clock }.Connect(new Uri("http://127.0.0.1:1"), new ListLogger<SourceBudget>(), new SourceHttpOptions { AttemptTimeout = FastClock.Deadline });
        Assert.Equal(new Provenance(AssetClass.Crypto), source.ProvenanceOf("BTCUSDT"));
    }
}
