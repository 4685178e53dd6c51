using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Simulator.Tests;

/// <summary>A coarse bar is exactly what its minutes make, whatever the symbol, the range and the moment of asking.</summary>
public sealed class ConsistencyTests
{
    private const long Minute = 60_000;

    private static readonly string[] Pairs = ["BTCUSDT", "ETHUSDT", "1000SATSUSDT", "LTCBTC", "DOGEUSDT", "币安人生USDT", "ANYUSDT"];
    private static readonly string[] Intervals = ["5m", "15m", "30m", "1h", "4h", "1d"];

    [Fact]
    public async Task Coarse_klines_are_made_of_their_minutes()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => (o.AcceptAnySymbol, o.BinanceWeightPerMinute) = (true, 1_000_000));
        var firstMs = FixedClock.Parse("2025-08-01");
        var minutes = (simulator.Clock.NowMs - firstMs) / Minute;
        var cases = from pair in Gen.Elements(Pairs)
                    from interval in Gen.Elements(Intervals)
                    from minute in Gen.Choose(0, (int)minutes)
                    select (pair, interval, firstMs + (minute * Minute));
        foreach (var (pair, interval, time) in cases.Sample(60).Append(("BTCUSDT", "4h", FixedClock.Parse("2025-08-13T02:00:00Z"))).Append(("BTCUSDT", "1d", simulator.Clock.NowMs)))
        {
            var timeframe = Timeframe.Parse(interval);
            var open = timeframe.Floor(time);
            var coarse = await simulator.KlinesAsync(pair, interval, $"&startTime={open}&endTime={open}");
            var fine = await MinutesAsync(simulator, pair, open, open + timeframe.DurationMs);
            if (fine.Count == 0)
                Assert.Empty(coarse);
            else
                Assert.Equal((pair, interval, Join(fine, open)), (pair, interval, Values(Assert.Single(coarse))));
        }
    }

    [Fact]
    public async Task Weeks_are_made_of_their_days_and_pages_of_any_size_agree()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var days = await simulator.KlinesAsync("BTCUSDT", "1d", $"&startTime={FixedClock.Parse("2024-01-01")}&limit=70");
        var weeks = await simulator.KlinesAsync("BTCUSDT", "1w", $"&startTime={FixedClock.Parse("2024-01-01")}&limit=10");
        Assert.Equal(weeks.Select(Values), days.Chunk(7).Select(week => Join([.. week], week[0].Time)));
        var paged = new List<string>();
        for (var start = days[0].Time; start <= days[^1].Time;)
        {
            var page = await simulator.KlinesAsync("BTCUSDT", "1d", $"&startTime={start}&limit=9");
            paged.AddRange(page.Select(row => row.Raw));
            start = page[^1].Time + 1;
        }

        Assert.Equal(days.Select(row => row.Raw), paged.Take(days.Length));
    }

    [Theory]
    [InlineData("SPY", "15Min", 15)]
    [InlineData("PBJ", "1Hour", 60)]
    [InlineData("AAPL", "4Hour", 240)]
    public async Task Coarse_stock_bars_are_made_of_their_minutes(string symbol, string timeframe, int minutes)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        const string Range = "start=2024-03-04&end=2024-03-15&limit=10000&feed=iex";
        var fine = (await simulator.BarsAsync($"/v2/stocks/bars?symbols={symbol}&timeframe=1Min&{Range}")).Bars[symbol];
        var coarse = (await simulator.BarsAsync($"/v2/stocks/bars?symbols={symbol}&timeframe={timeframe}&{Range}")).Bars[symbol];
        var length = minutes * Minute;
        var joined = fine.GroupBy(bar => bar.Time / length * length).Select(g => Join([.. g], g.Key));
        Assert.Equal(joined, coarse.Select(Values));
    }

    [Fact]
    public async Task Stock_days_and_weeks_are_made_of_their_minutes()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        const string Range = "start=2024-03-04&end=2024-03-15T23:00:00Z&limit=10000&feed=sip&symbols=QQQ";
        var fine = (await simulator.BarsAsync($"/v2/stocks/bars?timeframe=1Min&{Range}")).Bars["QQQ"];
        var days = (await simulator.BarsAsync($"/v2/stocks/bars?timeframe=1Day&{Range}")).Bars["QQQ"];
        var weeks = (await simulator.BarsAsync($"/v2/stocks/bars?timeframe=1Week&{Range}")).Bars["QQQ"];
        Assert.Equal(fine.GroupBy(bar => bar.Time / 86_400_000).Select(g => Join([.. g], 0)), days.Select(bar => Values(bar) with { Time = 0 }));
        Assert.Equal(days.Chunk(5).Select(week => Join(week, week[0].Time)), weeks.Select(Values));
    }

    [Fact]
    public void Random_access_gives_what_walking_gives()
    {
        var instrument = new InstrumentCatalog(false, 0).Find(Venue.Binance, "BTCUSDT")!;
        var walk = new MinuteSource(instrument, 1, new Halts(true));
        var walked = new List<SimBar>();
        var firstMs = FixedClock.Parse("2023-01-01");
        for (var i = 0; i < 5_000; i++)
        {
            Assert.True(walk.TryMake(firstMs + (i * Minute), out var bar));
            walked.Add(bar);
        }

        var jump = new MinuteSource(instrument, 1, new Halts(true));
        Prop.ForAll(Gen.Choose(0, 4_999).ToArbitrary(), i => jump.TryMake(firstMs + (i * Minute), out var bar) && bar.Equals(walked[i])).QuickCheckThrowOnFailure();
    }

    private static async Task<List<Kline>> MinutesAsync(SimulatorClient simulator, string pair, long startMs, long endMs)
    {
        var rows = new List<Kline>();
        for (var start = startMs; start < endMs;)
        {
            var page = await simulator.KlinesAsync(pair, "1m", string.Create(CultureInfo.InvariantCulture, $"&startTime={start}&endTime={endMs - 1}&limit=1000"));
            if (page.Length == 0)
                break;
            rows.AddRange(page);
            start = page[^1].Time + 1;
        }

        return rows;
    }

    private static Sums Join(List<Kline> rows, long time) => new(
        time, rows[0].Open, rows.Max(r => r.High), rows.Min(r => r.Low), rows[^1].Close, rows.Sum(r => r.Volume), rows.Sum(r => r.Trades),
        rows.Sum(r => r.Quote), rows.Sum(r => r.Taker), rows.Sum(r => r.TakerQuote));

    private static Sums Join(AlpacaBar[] rows, long time) => new(
        time, rows[0].Open, rows.Max(r => r.High), rows.Min(r => r.Low), rows[^1].Close, rows.Sum(r => r.Volume), rows.Sum(r => r.Trades), 0, 0, 0);

    private static Sums Values(Kline row) =>
        new(row.Time, row.Open, row.High, row.Low, row.Close, row.Volume, row.Trades, row.Quote, row.Taker, row.TakerQuote);

    private static Sums Values(AlpacaBar row) => new(row.Time, row.Open, row.High, row.Low, row.Close, row.Volume, row.Trades, 0, 0, 0);

    private sealed record Sums(
        long Time, decimal Open, decimal High, decimal Low, decimal Close, decimal Volume, long Trades, decimal Quote, decimal Taker, decimal TakerQuote);
}
