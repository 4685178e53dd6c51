using System.Globalization;

namespace TraderData.Simulator.Tests;

public sealed class GeneratedKlinesTests
{
    private const long Minute = 60_000;

    [Fact]
    public async Task Klines_of_the_same_seed_have_the_same_bytes()
    {
        const string Url = "/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1700000000000&limit=1000";
        await using var one = await SimulatorClient.StartAsync(o => o.Seed = 7);
        await using var two = await SimulatorClient.StartAsync(o => o.Seed = 7);
        await using var other = await SimulatorClient.StartAsync(o => o.Seed = 8);
        var body = (await one.GetAsync(Url)).Body;
        Assert.Equal(body, (await two.GetAsync(Url)).Body);
        Assert.NotEqual(body, (await other.GetAsync(Url)).Body);
    }

    [Fact]
    public async Task Bars_of_seed_one_are_what_they_have_always_been()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        Assert.Equal(
            "[[1700000040000,\"38288.80000000\",\"38294.77000000\",\"38270.81000000\",\"38292.01000000\",\"12.35496000\",1700000099999,\"472923.55063560\",661,\"3.49915000\",\"133940.57465230\",\"0\"]]",
            (await simulator.GetAsync("/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime=1700000000000&limit=1")).Body);
        Assert.Equal(
            "{\"bars\":{\"AAPL\":[{\"c\":160.17,\"h\":160.58,\"l\":159.69,\"n\":583257,\"o\":159.9,\"t\":\"2024-06-03T04:00:00Z\",\"v\":60517957,\"vw\":160.169232}]},\"next_page_token\":null}",
            (await simulator.GetAsync("/v2/stocks/bars?symbols=AAPL&timeframe=1Day&start=2024-06-03&end=2024-06-04&feed=sip")).Body);
        Assert.Equal(
            "{\"bars\":{\"SHIB/USD\":[{\"t\":\"2024-06-03T00:00:00Z\",\"o\":0.000031684,\"h\":0.000031708,\"l\":0.00003148,\"c\":0.000031524,\"v\":5799570960.48,\"n\":132,\"vw\":0.0000316051}]},\"next_page_token\":null}",
            (await simulator.GetAsync("/v1beta3/crypto/us/bars?symbols=SHIB/USD&timeframe=1Hour&start=2024-06-03&end=2024-06-03")).Body);
    }

    [Theory]
    [InlineData("BTCUSDT")]
    [InlineData("1000SATSUSDT")]
    [InlineData("币安人生USDT")]
    [InlineData("LTCBTC")]
    public async Task Klines_keep_the_rules_of_a_bar(string symbol)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var rows = await simulator.KlinesAsync(symbol, "1m", "&startTime=1762000020000&limit=1000");
        Assert.Equal(1000, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var bar = rows[i];
            Assert.Equal(1_762_000_020_000 + (i * Minute), bar.Time);
            Assert.Equal(bar.Time + Minute - 1, bar.CloseTime);
            Assert.True(bar.Low > 0 && bar.Low <= bar.Open && bar.Low <= bar.Close && bar.High >= bar.Open && bar.High >= bar.Close, bar.Raw);
            Assert.True(bar.Volume == 0 ? bar.Trades == 0 && bar.Open == bar.Close && bar.Quote == 0 : bar.Trades > 0, bar.Raw);
            Assert.True(bar.Quote >= bar.Volume * bar.Low && bar.Quote <= bar.Volume * bar.High, bar.Raw);
            Assert.True(bar.Taker <= bar.Volume && bar.TakerQuote <= bar.Quote, bar.Raw);
        }

        Assert.True(rows.Zip(rows.Skip(1)).Count(pair => pair.First.Close == pair.Second.Open) > 700);
        Assert.True(rows.Select(bar => bar.Close).Distinct().Count() > 20);
    }

    [Fact]
    public async Task Klines_write_eight_decimals()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var rows = await simulator.KlinesAsync("1000SATSUSDT", "1w", "&limit=10");
        Assert.All(rows, row => Assert.Matches("^\\[[0-9]{13}(,\"[0-9]+[.][0-9]{8}\"){5},[0-9]{13},\"[0-9]+[.][0-9]{8}\",[0-9]+(,\"[0-9]+[.][0-9]{8}\"){2},\"0\"\\]$", row.Raw));
        Assert.True(rows[0].Volume > 1_000_000_000_000m);
    }

    [Fact]
    public async Task Klines_from_zero_begin_at_the_listing()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        Assert.Equal(1_502_942_400_000, (await simulator.KlinesAsync("BTCUSDT", "1m", "&startTime=0&limit=1")).Single().Time);
        Assert.Equal(1_502_928_000_000, (await simulator.KlinesAsync("BTCUSDT", "1d", "&startTime=0&limit=1")).Single().Time);
        Assert.Equal(FixedClock.Parse("2017-08-14"), (await simulator.KlinesAsync("BTCUSDT", "1w", "&startTime=0&limit=1")).Single().Time);
        Assert.Empty(await simulator.KlinesAsync("BTCUSDT", "1m", "&startTime=0&endTime=1500000000000"));
    }

    [Fact]
    public async Task Klines_of_a_delisted_pair_end()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var rows = await simulator.KlinesAsync("BCCUSDT", "1m", "&limit=3");
        Assert.Equal(FixedClock.Parse("2018-11-15T02:59:00Z"), rows[^1].Time);
        Assert.Contains("\"symbol\":\"BCCUSDT\",\"status\":\"BREAK\"", (await simulator.GetAsync("/api/v3/exchangeInfo")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Klines_have_a_hole_in_august_and_a_close_time_cut_short_before_it()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var range = $"&startTime={FixedClock.Parse("2025-08-13T01:58:00Z")}&endTime={FixedClock.Parse("2025-08-13T06:31:00Z")}";
        var minutes = await simulator.KlinesAsync("ETHUSDT", "1m", range);
        Assert.Equal(["01:58", "01:59", "06:30", "06:31"], minutes.Select(bar => Time(bar.Time)));
        Assert.Equal(FixedClock.Parse("2025-08-13T01:59:41.645Z"), minutes[1].CloseTime);
        var hours = await simulator.KlinesAsync("ETHUSDT", "1h", range.Replace("T01:58", "T00:00", StringComparison.Ordinal));
        Assert.Equal(["06:00"], hours.Select(bar => Time(bar.Time)));
        await using var steady = await SimulatorClient.StartAsync(o => o.YearlyHalt = false);
        Assert.Equal(274, (await steady.KlinesAsync("ETHUSDT", "1m", range)).Length);
    }

    [Fact]
    public async Task Klines_choose_rows_as_binance_does()
    {
        await using var simulator = await SimulatorClient.StartAsync(now: "2026-11-20T15:00:30Z");
        var now = FixedClock.Parse("2026-11-20T15:00:00Z");
        Assert.Equal(500, (await simulator.KlinesAsync("BTCUSDT", "1m")).Length);
        Assert.Equal(1000, (await simulator.KlinesAsync("BTCUSDT", "1m", "&limit=5000")).Length);
        Assert.Equal(now, (await simulator.KlinesAsync("BTCUSDT", "1m"))[^1].Time);
        var newest = await simulator.KlinesAsync("BTCUSDT", "1m", $"&endTime={now - Minute}&limit=3");
        Assert.Equal([now - (3 * Minute), now - (2 * Minute), now - Minute], newest.Select(bar => bar.Time));
        var oldest = await simulator.KlinesAsync("BTCUSDT", "1m", $"&startTime={now - (9 * Minute)}&endTime={now}&limit=2");
        Assert.Equal([now - (9 * Minute), now - (8 * Minute)], oldest.Select(bar => bar.Time));
        var unaligned = await simulator.KlinesAsync("BTCUSDT", "1m", $"&startTime={now - (9 * Minute) + 1}&limit=1");
        Assert.Equal(now - (8 * Minute), unaligned.Single().Time);
        Assert.Equal("[]", (await simulator.GetAsync($"/api/v3/klines?symbol=BTCUSDT&interval=1m&startTime={now + Minute}")).Body);
    }

    [Fact]
    public async Task Klines_end_with_the_forming_bar_that_grows_into_the_closed_one()
    {
        await using var simulator = await SimulatorClient.StartAsync(now: "2026-11-20T15:20:15Z");
        foreach (var interval in new[] { "1m", "1h", "1d" })
        {
            simulator.Clock.Set("2026-11-20T15:20:15Z");
            var early = (await simulator.KlinesAsync("BTCUSDT", interval, "&limit=1")).Single();
            simulator.Clock.Set("2026-11-20T15:20:45Z");
            var late = (await simulator.KlinesAsync("BTCUSDT", interval, "&limit=1")).Single();
            simulator.Clock.Set("2026-11-22T00:00:00Z");
            var closed = (await simulator.KlinesAsync("BTCUSDT", interval, $"&startTime={early.Time}&limit=1")).Single();
            Assert.True(early.CloseTime > FixedClock.Parse("2026-11-20T15:20:45Z"));
            Assert.Equal((early.Time, early.Open), (late.Time, late.Open));
            Assert.Equal((early.Time, early.Open), (closed.Time, closed.Open));
            Assert.True(early.Volume < late.Volume && late.Volume < closed.Volume);
            Assert.True(early.High <= late.High && late.High <= closed.High && early.Low >= late.Low && late.Low >= closed.Low);
        }
    }

    [Fact]
    public async Task Klines_of_a_symbol_that_is_not_listed_need_the_option()
    {
        await using var strict = await SimulatorClient.StartAsync();
        Assert.Contains("-1121", (await strict.GetAsync("/api/v3/klines?symbol=FOOUSDT&interval=1m")).Body, StringComparison.Ordinal);
        await using var open = await SimulatorClient.StartAsync(o => o.AcceptAnySymbol = true);
        Assert.Equal(500, (await open.KlinesAsync("FOOUSDT", "1m")).Length);
    }

    private static string Time(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms).ToString("HH:mm", CultureInfo.InvariantCulture);
}
