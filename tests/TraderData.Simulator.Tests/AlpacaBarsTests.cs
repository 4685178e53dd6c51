using System.Globalization;
using System.Net;

namespace TraderData.Simulator.Tests;

public sealed class AlpacaBarsTests
{
    private const string Stocks = "/v2/stocks/bars";
    private const string Crypto = "/v1beta3/crypto/us/bars";

    [Theory]
    [InlineData("2024-03-08", "14:30", "20:59")]
    [InlineData("2024-03-11", "13:30", "19:59")]
    [InlineData("2024-11-01", "13:30", "19:59")]
    [InlineData("2024-11-04", "14:30", "20:59")]
    [InlineData("2024-11-29", "14:30", "17:59")]
    public async Task Stock_minutes_follow_new_york(string day, string first, string last)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var next = DateTime.Parse(day, CultureInfo.InvariantCulture).AddDays(1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var (bars, token) = await simulator.BarsAsync($"{Stocks}?symbols=SPY&timeframe=1Min&start={day}&end={next}&limit=10000&feed=sip");
        Assert.Null(token);
        var times = bars["SPY"].Select(bar => Time(bar.Time)).ToList();
        Assert.InRange(Minutes(times[0]) - Minutes(first), 0, 3);
        Assert.InRange(Minutes(last) - Minutes(times[^1]), 0, 3);
    }

    [Theory]
    [InlineData("2024-01-01")]
    [InlineData("2024-01-15")]
    [InlineData("2024-03-29")]
    [InlineData("2024-05-27")]
    [InlineData("2024-06-19")]
    [InlineData("2024-07-04")]
    [InlineData("2024-11-28")]
    [InlineData("2022-12-26")]
    [InlineData("2024-06-01")]
    public async Task Stock_days_without_a_session_have_no_bars(string day)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        Assert.Equal("{\"bars\":{},\"next_page_token\":null}", (await simulator.GetAsync($"{Stocks}?symbols=SPY&timeframe=1Min&start={day}T00:00:00Z&end={day}T23:59:00Z")).Body);
    }

    [Fact]
    public async Task Stock_day_bars_are_stamped_midnight_in_new_york_and_weeks_on_monday()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var (days, _) = await simulator.BarsAsync($"{Stocks}?symbols=AAPL&timeframe=1Day&start=2024-03-07&end=2024-03-13");
        Assert.Equal(["2024-03-07T05:00", "2024-03-08T05:00", "2024-03-11T04:00", "2024-03-12T04:00"], days["AAPL"].Select(bar => Stamp(bar.Time)));
        var (weeks, _) = await simulator.BarsAsync($"{Stocks}?symbols=AAPL&timeframe=1Week&start=2024-03-01&end=2024-03-20");
        Assert.Equal(["2024-03-04T05:00", "2024-03-11T04:00", "2024-03-18T04:00"], weeks["AAPL"].Select(bar => Stamp(bar.Time)));
    }

    [Fact]
    public async Task Stock_minutes_without_a_trade_are_absent_from_iex()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var (bars, _) = await simulator.BarsAsync($"{Stocks}?symbols=AAPL&timeframe=1Min&start=2024-06-03&end=2024-06-04&limit=10000&feed=iex");
        Assert.InRange(bars["AAPL"].Length, 280, 350);
        Assert.All(bars["AAPL"], bar => Assert.True(bar.Volume > 0 && bar.Trades > 0, bar.Raw));
    }

    [Fact]
    public async Task Numbers_are_written_as_go_writes_them()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var (bars, _) = await simulator.BarsAsync($"{Crypto}?symbols=BTC/USD,PEPE/USD&timeframe=1Min&start=2026-11-01&end=2026-11-03&limit=10000");
        Assert.All(bars["BTC/USD"], bar => Assert.DoesNotMatch("[.][0-9]*0[,}]|\":0[0-9]|E", bar.Raw));
        Assert.Contains(bars["BTC/USD"], bar => bar.Raw.Contains("\"v\":0,", StringComparison.Ordinal) || bar.Raw.EndsWith("\"v\":0}", StringComparison.Ordinal));
        Assert.Contains(bars["BTC/USD"], bar => bar.Raw.Contains("e-7", StringComparison.Ordinal));
        Assert.Contains(bars["BTC/USD"], bar => Decimals(bar.Vwap) == 10);
        Assert.All(bars["PEPE/USD"].Concat(bars["BTC/USD"]), bar => Assert.True(bar.Vwap >= bar.Low && bar.Vwap <= bar.High, bar.Raw));
    }

    [Fact]
    public async Task Pages_go_by_symbol_then_time_until_the_token_is_null()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.ShortPages = true);
        const string Query = $"{Stocks}?symbols=MSFT,AAPL,NOSUCH,SPY&timeframe=1Min&start=2024-06-03T13:30:00Z&end=2024-06-04T19:59:00Z";
        await using var whole = await SimulatorClient.StartAsync();
        var (expected, none) = await whole.BarsAsync(Query + "&limit=10000");
        Assert.Null(none);
        Assert.Equal(["AAPL", "MSFT", "SPY"], expected.Keys);
        foreach (var sort in new[] { "asc", "desc" })
        {
            var (paged, shortPages) = await Pages(simulator, $"{Query}&limit=170&sort={sort}");
            Assert.True(shortPages > 0);
            Assert.Equal(expected.Keys, paged.Select(bar => bar.Symbol).Distinct());
            foreach (var symbol in expected.Keys)
            {
                var times = paged.Where(bar => bar.Symbol == symbol).Select(bar => bar.Bar.Time).ToList();
                Assert.Equal(sort == "asc" ? expected[symbol].Select(bar => bar.Time) : expected[symbol].Select(bar => bar.Time).Reverse(), times);
            }
        }
    }

    [Fact]
    public async Task Start_and_end_are_inclusive()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var (bars, _) = await simulator.BarsAsync($"{Crypto}?symbols=ETH/USD&timeframe=1Hour&start=2026-11-01T03:00:00Z&end=2026-11-01T05:00:00%2B00:00");
        Assert.Equal(["03:00", "04:00", "05:00"], bars["ETH/USD"].Select(bar => Time(bar.Time)));
    }

    [Theory]
    [InlineData("", "Invalid format for parameter symbols: query parameter 'symbols' is required")]
    [InlineData("?symbols=SPY&timeframe=1Min&start=not-a-date", "error parsing 'not-a-date' as RFC3339 or 2006-01-02 time: ")]
    [InlineData("?symbols=SPY&timeframe=1Min&start=2024-01-02&end=2024-01-01", "end should not be before start")]
    [InlineData("?symbols=SPY&timeframe=60Min", "timeframe")]
    [InlineData("?symbols=SPY&timeframe=1Min&limit=10001", "limit")]
    [InlineData("?symbols=SPY&timeframe=1Min&page_token=abc", "page token")]
    public async Task Bad_queries_are_answered_with_400_and_a_message(string query, string message)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var answer = await simulator.GetAsync(Stocks + query);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith("{\"message\":\"", answer.Body, StringComparison.Ordinal);
        Assert.Contains(message, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recent_sip_is_refused_and_recent_iex_is_not()
    {
        await using var simulator = await SimulatorClient.StartAsync(now: "2026-11-20T16:00:00Z");
        const string Query = $"{Stocks}?symbols=SPY&timeframe=1Min&start=2026-11-20T15:00:00Z";
        var refused = await simulator.GetAsync($"{Query}&end=2026-11-20T15:50:00Z&feed=sip");
        Assert.Equal((HttpStatusCode.Forbidden, "{\"message\":\"subscription does not permit querying recent SIP data\"}"), (refused.Status, refused.Body));
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync($"{Query}&end=2026-11-20T15:45:00Z&feed=sip")).Status);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync($"{Query}&end=2026-11-20T15:50:00Z&feed=iex")).Status);
    }

    [Fact]
    public async Task Wrong_keys_get_a_page_of_html_when_keys_are_required()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => (o.RequireAlpacaKeys, o.AlpacaKeyId, o.AlpacaSecret) = (true, "id", "secret"));
        const string Query = $"{Stocks}?symbols=SPY&timeframe=1Day&start=2024-01-02";
        var refused = await simulator.GetAsync(Query, ("APCA-API-KEY-ID", "id"), ("APCA-API-SECRET-KEY", "wrong"));
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (refused.Status, refused.Headers["content-type"]));
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Query, ("APCA-API-KEY-ID", "id"), ("APCA-API-SECRET-KEY", "secret"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync($"{Crypto}?symbols=BTC/USD&timeframe=1Day&start=2024-01-02")).Status);
    }

    [Fact]
    public async Task Too_many_requests_are_refused_without_a_header_until_the_next_minute()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.AlpacaRequestsPerMinute = 20);
        const string Query = $"{Crypto}?symbols=BTC/USD&timeframe=1Day&start=2026-11-01";
        var told = 0;
        for (var i = 0; i < 20; i++)
            told += (await simulator.GetAsync(Query)).Headers.ContainsKey("X-RateLimit-Remaining") ? 1 : 0;
        Assert.InRange(told, 1, 19);
        var refused = await simulator.GetAsync(Query);
        Assert.Equal((HttpStatusCode.TooManyRequests, "{\"message\": \"too many requests.\"}"), (refused.Status, refused.Body));
        Assert.DoesNotContain("retry-after", refused.Headers.Keys, StringComparer.OrdinalIgnoreCase);
        simulator.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Query)).Status);
        Assert.Equal(1, simulator.Host.Stats.Violations);
    }

    [Fact]
    public async Task A_minute_shows_after_a_second_and_is_rebuilt_after_thirty()
    {
        const string Query = $"{Stocks}?symbols=SPY&timeframe=1Min&start=2026-11-20T14:50:00Z&end=2026-11-20T15:00:00Z&feed=sip&limit=1&sort=desc";
        await using var paid = await SimulatorClient.StartAsync(o => o.AllowRecentSip = true, "2026-11-20T15:01:00.500Z");
        Assert.Equal("14:59", Time((await paid.BarsAsync(Query)).Bars["SPY"].Single().Time));
        paid.Clock.Set("2026-11-20T15:01:01Z");
        var provisional = (await paid.BarsAsync(Query)).Bars["SPY"].Single();
        paid.Clock.Set("2026-11-20T15:01:30Z");
        var final = (await paid.BarsAsync(Query)).Bars["SPY"].Single();
        paid.Clock.Set("2026-11-21T15:01:30Z");
        Assert.Equal(final, (await paid.BarsAsync(Query)).Bars["SPY"].Single());
        Assert.Equal(("15:00", final.Time, final.Open, final.High), (Time(provisional.Time), provisional.Time, provisional.Open, provisional.High));
        Assert.True(provisional.Volume < final.Volume);
    }

    private static async Task<(List<(string Symbol, AlpacaBar Bar)> Rows, int ShortPages)> Pages(SimulatorClient simulator, string query)
    {
        var rows = new List<(string, AlpacaBar)>();
        var shortPages = 0;
        for (string? token = ""; token is not null;)
        {
            var (bars, next) = await simulator.BarsAsync(token.Length == 0 ? query : $"{query}&page_token={Uri.EscapeDataString(token)}");
            Assert.EndsWith("=", next ?? "=", StringComparison.Ordinal);
            var count = bars.Values.Sum(b => b.Length);
            Assert.True(count <= 170);
            shortPages += next is not null && count < 170 ? 1 : 0;
            rows.AddRange(bars.SelectMany(symbol => symbol.Value.Select(bar => (symbol.Key, bar))));
            token = next;
        }

        return (rows, shortPages);
    }

    private static int Decimals(decimal value) => (decimal.GetBits(value)[3] >> 16) & 0xFF;

    private static int Minutes(string time) => (int.Parse(time[..2], CultureInfo.InvariantCulture) * 60) + int.Parse(time[3..], CultureInfo.InvariantCulture);

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Stamp(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
