using System.Globalization;
using System.Net;
using System.Text.Json;

namespace TraderData.Simulator.Tests;

public sealed class BinanceWireTests
{
    private const string Klines = "/api/v3/klines";
    private const string Hour = $"{Klines}?symbol=BTCUSDT&interval=1h&limit=1";

    [Theory]
    [InlineData("?interval=1m", "{\"code\":-1102,\"msg\":\"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed.\"}")]
    [InlineData("?symbol=BTCUSDT", "{\"code\":-1102,\"msg\":\"Mandatory parameter 'interval' was not sent, was empty/null, or malformed.\"}")]
    [InlineData("?symbol=BTCUSDT&interval=1m&limit=5&foo=1", "{\"code\":-1104,\"msg\":\"Not all sent parameters were read; read '3' parameter(s) but was sent '4'.\"}")]
    [InlineData("?symbol=BTCUSDT&interval=7m", "{\"code\":-1120,\"msg\":\"Invalid interval.\"}")]
    [InlineData("?symbol=IDONTEXIST&interval=1m", "{\"code\":-1121,\"msg\":\"Invalid symbol.\"}")]
    [InlineData("?symbol=BTCUSDT&interval=1m&startTime=yesterday", "{\"code\":-1100,\"msg\":\"Illegal characters found in parameter 'startTime'; legal range is '^[0-9]{1,20}$'.\"}")]
    [InlineData("?symbol=btcusdt&interval=1m", "{\"code\":-1100,\"msg\":\"Illegal characters found in parameter 'symbol'; legal range is '^[\\\\w\\\\-._&&[^a-z]]{1,50}$'.\"}")]
    [InlineData("?symbol=BTCUSDT&interval=1m&limit=0", "{\"code\":-1130,\"msg\":\"Data sent for parameter 'limit' is not valid.\"}")]
    public async Task Bad_queries_are_answered_with_400_and_binances_code(string query, string body)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var answer = await simulator.GetAsync(Klines + query);
        Assert.Equal((HttpStatusCode.BadRequest, body), (answer.Status, answer.Body));
        Assert.True(answer.Headers.ContainsKey("x-mbx-used-weight-1m"));
    }

    [Fact]
    public async Task Time_is_the_clock_of_the_simulator()
    {
        await using var simulator = await SimulatorClient.StartAsync(now: "2026-11-20T15:00:00.123Z");
        Assert.Equal("{\"serverTime\":1795186800123}", (await simulator.GetAsync("/api/v3/time")).Body);
        Assert.Equal("{}", (await simulator.GetAsync("/api/v3/ping")).Body);
        Assert.Equal(HttpStatusCode.NotFound, (await simulator.GetAsync("/api/v3/uiKlines?symbol=BTCUSDT&interval=1m")).Status);
    }

    [Fact]
    public async Task Exchange_info_lists_instruments_and_limits()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var all = JsonDocument.Parse((await simulator.GetAsync("/api/v3/exchangeInfo")).Body).RootElement;
        var names = all.GetProperty("symbols").EnumerateArray().Select(s => s.GetProperty("symbol").GetString()).ToList();
        Assert.Contains("币安人生USDT", names);
        Assert.True(names.Count >= 12);
        Assert.Equal(6000, all.GetProperty("rateLimits")[0].GetProperty("limit").GetInt32());
        var two = JsonDocument.Parse((await simulator.GetAsync("/api/v3/exchangeInfo?symbols=%5B%22BTCUSDT%22,%221000SATSUSDT%22%5D")).Body).RootElement.GetProperty("symbols");
        Assert.Equal(["0.01000000", "0.00000010"], two.EnumerateArray().Select(s => s.GetProperty("filters")[0].GetProperty("tickSize").GetString()));
        Assert.Equal("TRADING", two[0].GetProperty("status").GetString());
        Assert.Contains("-1121", (await simulator.GetAsync("/api/v3/exchangeInfo?symbol=NOPE")).Body, StringComparison.Ordinal);
        Assert.Contains("-1100", (await simulator.GetAsync("/api/v3/exchangeInfo?symbols=NOPE")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Weight_is_counted_for_each_minute_and_told_on_every_answer()
    {
        await using var simulator = await SimulatorClient.StartAsync(now: "2026-11-20T15:00:30Z");
        var used = new List<string>();
        foreach (var url in new[] { "/api/v3/time", Hour, "/api/v3/exchangeInfo", Klines, "/api/v3/ping" })
            used.Add((await simulator.GetAsync(url)).Headers["x-mbx-used-weight-1m"]);
        simulator.Clock.Advance(TimeSpan.FromSeconds(30));
        used.Add((await simulator.GetAsync(Hour)).Headers["x-mbx-used-weight-1m"]);
        Assert.Equal(["1", "3", "23", "25", "26", "2"], used);
        Assert.Contains("\"/api/v3/klines\":{\"requests\":3,\"weight\":6}", (await simulator.GetAsync("/sim/stats")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_much_weight_is_429_then_418_and_ends_when_it_said()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => (o.BinanceWeightPerMinute, o.BinanceTolerance) = (4, 2), "2026-11-20T15:00:20Z");
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Hour)).Status);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Hour)).Status);
        var told = await simulator.GetAsync(Hour);
        Assert.Equal((HttpStatusCode.TooManyRequests, "40"), (told.Status, told.Headers["Retry-After"]));
        Assert.StartsWith("{\"code\":-1003,\"msg\":\"Too much request weight used; current limit is 4 request weight per 1 MINUTE.", told.Body, StringComparison.Ordinal);
        Assert.Equal("6", told.Headers["x-mbx-used-weight-1m"]);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await simulator.GetAsync(Hour)).Status);
        var banned = await simulator.GetAsync(Hour);
        var until = simulator.Clock.NowMs + 120_000;
        Assert.Equal((418, "120"), ((int)banned.Status, banned.Headers["Retry-After"]));
        Assert.StartsWith($"{{\"code\":-1003,\"msg\":\"Way too much request weight used; IP banned until {until.ToString(CultureInfo.InvariantCulture)}.", banned.Body, StringComparison.Ordinal);
        simulator.Clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(418, (int)(await simulator.GetAsync("/api/v3/ping")).Status);
        simulator.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Hour)).Status);
        Assert.Equal(4, simulator.Host.Stats.Violations);
    }

    [Fact]
    public async Task Waiting_as_told_ends_a_429()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.BinanceWeightPerMinute = 2);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Hour)).Status);
        var told = await simulator.GetAsync(Hour);
        simulator.Clock.Advance(TimeSpan.FromSeconds(int.Parse(told.Headers["Retry-After"], CultureInfo.InvariantCulture)));
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Hour)).Status);
    }
}
