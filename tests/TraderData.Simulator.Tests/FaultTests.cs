using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace TraderData.Simulator.Tests;

public sealed class FaultTests
{
    private const string Klines = "/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=10";
    private const string Bars = "/v1beta3/crypto/us/bars?symbols=BTC/USD&timeframe=1Min&start=2026-11-20T14:00:00Z&limit=10";

    public static TheoryData<string> Wires => [Klines, Bars];

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Status_comes_as_often_as_asked_and_then_the_answer(string url)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.Status) { Status = 503, Count = 2 }]);
        Assert.Equal(503, (int)(await simulator.GetAsync(url)).Status);
        Assert.Equal(503, (int)(await simulator.GetAsync(url)).Status);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(url)).Status);
        Assert.Equal(2, simulator.Host.Stats.FaultsGiven);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Hang_never_answers(string url)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.Hang)]);
        using var patience = new CancellationTokenSource();
        var hanging = simulator.Http.GetAsync(url, patience.Token);
        while (simulator.Host.Stats.FaultsGiven == 0)
            await Task.Yield();
        await patience.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => hanging);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(url)).Status);
    }

    [Fact]
    public async Task Hanging_requests_are_let_go_when_the_host_ends()
    {
        var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.Hang)]);
        var hanging = simulator.Http.GetAsync(Klines, TestContext.Current.CancellationToken);
        while (simulator.Host.Stats.FaultsGiven == 0)
            await Task.Yield();
        var watch = Stopwatch.StartNew();
        await simulator.Host.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => hanging);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10));
        simulator.Http.Dispose();
    }

    [Theory]
    [InlineData(FaultKind.Truncated, Klines)]
    [InlineData(FaultKind.Truncated, Bars)]
    [InlineData(FaultKind.MalformedJson, Klines)]
    [InlineData(FaultKind.MalformedJson, Bars)]
    public async Task Spoilt_text_is_no_json(FaultKind kind, string url)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(kind)]);
        var answer = await simulator.GetAsync(url);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.ThrowsAny<JsonException>(() => JsonDocument.Parse(answer.Body));
        using var good = JsonDocument.Parse((await simulator.GetAsync(url)).Body);
        Assert.NotEqual(answer.Body, good.RootElement.GetRawText());
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Connection_reset_breaks_the_body(string url)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.ConnectionReset)]);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => simulator.GetAsync(url));
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(url)).Status);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Slow_body_comes_whole_and_late(string url)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.SlowBody) { Delay = TimeSpan.FromMilliseconds(20) }]);
        var watch = Stopwatch.StartNew();
        var slow = await simulator.GetAsync(url);
        Assert.True(watch.ElapsedMilliseconds >= 300);
        Assert.Equal((await simulator.GetAsync(url)).Body, slow.Body);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Row_faults_spoil_the_rows_they_say(string url)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var good = await RowsAsync(simulator, url);
        simulator.Host.Faults.Add(new Fault(FaultKind.UnsortedRows));
        var unsorted = await RowsAsync(simulator, url);
        simulator.Host.Faults.Add(new Fault(FaultKind.DuplicateRow));
        var twice = await RowsAsync(simulator, url);
        simulator.Host.Faults.Add(new Fault(FaultKind.RuleBreakingRow));
        var broken = await RowsAsync(simulator, url);
        Assert.True(unsorted.Zip(unsorted.Skip(1)).Count(pair => pair.First.Time >= pair.Second.Time) == 1);
        Assert.Equal(good.Select(row => row.Raw).Order(), unsorted.Select(row => row.Raw).Order());
        Assert.Equal(11, twice.Count);
        Assert.Equal(good.Select(row => row.Raw), twice.Select(row => row.Raw).Distinct());
        Assert.Equal(1, broken.Count(row => row.Low > row.High));
        Assert.Equal(9, broken.Count(row => good.Contains(row)));
        Assert.Equal(good, await RowsAsync(simulator, url));
    }

    [Theory]
    [InlineData(FaultKind.TooManyRequests, 429, "\"code\":-1003")]
    [InlineData(FaultKind.Banned, 418, "IP banned until 1795186860000.")]
    [InlineData(FaultKind.RegionBlocked, 451, "{\"code\":0,\"msg\":\"Service unavailable from a restricted location")]
    [InlineData(FaultKind.FirewallHtml, 403, "<HTML>")]
    public async Task Refusals_are_in_binances_words(FaultKind kind, int status, string text)
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(kind) { Delay = TimeSpan.FromMinutes(1) }]);
        var answer = await simulator.GetAsync(Klines);
        Assert.Equal(status, (int)answer.Status);
        Assert.Contains(text, answer.Body, StringComparison.Ordinal);
        Assert.Equal(status is 429 or 418, answer.Headers.ContainsKey("Retry-After"));
    }

    [Fact]
    public async Task Lying_forming_bar_of_binance_has_a_close_time_that_has_passed()
    {
        await using var simulator = await SimulatorClient.StartAsync(now: "2026-11-20T15:00:30Z");
        var honest = await simulator.KlinesAsync("BTCUSDT", "1m", "&limit=5");
        simulator.Host.Faults.Add(new Fault(FaultKind.LyingFormingBar));
        await simulator.KlinesAsync("BTCUSDT", "1m", "&limit=5&endTime=1700000000000");
        Assert.Equal(1, simulator.Host.Faults.Waiting);
        var lying = await simulator.KlinesAsync("BTCUSDT", "1m", "&limit=5");
        Assert.True(honest[^1].CloseTime > simulator.Clock.NowMs);
        Assert.Equal(honest[^1] with { CloseTime = simulator.Clock.NowMs - 1, Raw = "" }, lying[^1] with { Raw = "" });
        Assert.Equal(honest[..4], lying[..4]);
        Assert.Equal(0, simulator.Host.Faults.Waiting);
    }

    [Fact]
    public async Task Lying_forming_bar_of_alpaca_is_there_before_its_end()
    {
        await using var simulator = await SimulatorClient.StartAsync(now: "2026-11-20T15:00:30Z");
        var url = Bars + "&sort=desc";
        Assert.Equal(FixedClock.Parse("2026-11-20T14:59:00Z"), (await RowsAsync(simulator, url))[0].Time);
        simulator.Host.Faults.Add(new Fault(FaultKind.LyingFormingBar));
        Assert.Equal(FixedClock.Parse("2026-11-20T15:00:00Z"), (await RowsAsync(simulator, url))[0].Time);
        Assert.Equal(FixedClock.Parse("2026-11-20T14:59:00Z"), (await RowsAsync(simulator, url))[0].Time);
    }

    [Fact]
    public async Task Faults_can_be_sent_to_the_control_endpoint_and_aimed()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        Assert.Equal("{\"waiting\":1}", (await simulator.PostAsync("/sim/faults", "{\"kind\":\"status\",\"status\":502,\"count\":null,\"contains\":\"ETHUSDT\"}")).Body);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Klines)).Status);
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.BadGateway, (await simulator.GetAsync(Klines.Replace("BTC", "ETH", StringComparison.Ordinal))).Status);
        using var cleared = await simulator.Http.DeleteAsync("/sim/faults", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, (await simulator.GetAsync(Klines.Replace("BTC", "ETH", StringComparison.Ordinal))).Status);
        foreach (var bad in new[] { "{}", "[]", "{\"kind\":\"nope\"}", "{\"kind\":\"Hang\",\"count\":0}", "{\"kind\":", "{\"kind\":\"Hang\",\"colour\":1}" })
            Assert.Equal(HttpStatusCode.BadRequest, (await simulator.PostAsync("/sim/faults", bad)).Status);
    }

    [Fact]
    public async Task Percent_gives_a_fault_to_some_requests_only()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.Status) { Percent = 30, Count = null }]);
        var failed = 0;
        for (var i = 0; i < 200; i++)
            failed += (await simulator.GetAsync("/api/v3/ping")).Status == HttpStatusCode.OK ? 0 : 1;
        Assert.InRange(failed, 35, 85);
    }

    private static async Task<List<(long Time, decimal High, decimal Low, string Raw)>> RowsAsync(SimulatorClient simulator, string url) =>
        url.StartsWith("/api", StringComparison.Ordinal)
            ? [.. (await simulator.KlinesAsync("BTCUSDT", "1m", "&limit=10")).Select(row => (row.Time, row.High, row.Low, row.Raw))]
            : [.. (await simulator.BarsAsync(url)).Bars["BTC/USD"].Select(row => (row.Time, row.High, row.Low, row.Raw))];
}
