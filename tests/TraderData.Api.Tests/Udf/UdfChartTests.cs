using System.Globalization;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>The requests that a chart library makes, in its order, and what it needs of the answers.</summary>
public sealed class UdfChartTests
{
    private const int Minutes = 5_000;
    private const int Page = 329;

    private static readonly long FirstSecond = LongSeries.Start / 1_000;

    [Fact]
    public async Task Chart_that_scrolls_back_gets_every_bar_once_and_then_no_data()
    {
        await using var api = await ApiHost.StartAsync(await LongSeries.StoreAsync(Minutes, blockRows: 100));
        using (var config = await ReadAsync(api, "/udf/config"))
            Assert.Contains("1", config.RootElement.GetProperty("supported_resolutions").EnumerateArray().Select(r => r.GetString()));
        Assert.Equal("1709296496", (await api.GetAsync("/udf/time")).Text);
        using (var symbol = await ReadAsync(api, "/udf/symbols?symbol=BINANCE%3ABTCUSDT"))
            Assert.Equal("BTCUSDT", symbol.RootElement.GetProperty("ticker").GetString());

        var (times, to, isFirst) = (new List<long>(), FirstSecond + (Minutes * 60) + 1, true);
        while (true)
        {
            using var page = await ReadAsync(api, History("1", to - (Page * 60), to, Page) + $"&firstDataRequest={(isFirst ? "true" : "false")}");
            isFirst = false;
            if (page.RootElement.GetProperty("s").GetString() == "no_data")
            {
                Assert.False(page.RootElement.TryGetProperty("nextTime", out _));
                break;
            }

            var seconds = Column(page, "t");
            Assert.All(seconds.Zip(seconds.Skip(1)), pair => Assert.True(pair.First < pair.Second));
            times.InsertRange(0, seconds);
            to = seconds[0];
        }

        Assert.Equal(Enumerable.Range(0, Minutes).Select(i => FirstSecond + (i * 60L)), times);
    }

    [Fact]
    public async Task Countback_reaches_over_a_hole_and_from_is_not_looked_at()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        using var page = await ReadAsync(api, History("60", Seconds("2024-02-01T02:00:00Z"), Seconds("2024-02-01T02:00:00Z"), 2));
        Assert.Equal([Seconds("2024-01-31T22:00:00Z"), Seconds("2024-02-01T01:00:00Z")], Column(page, "t"));
    }

    [Fact]
    public async Task Range_in_a_hole_tells_the_newest_bar_before_it()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.GetAsync(History("60", Seconds("2024-01-31T23:00:00Z"), Seconds("2024-02-01T01:00:00Z")));
        Assert.Equal($$"""{"s":"no_data","nextTime":{{Seconds("2024-01-31T22:00:00Z")}}}""", answer.Text);
        Assert.Equal("""{"s":"no_data"}""", (await api.GetAsync(History("60", -100_000_000_000, Seconds("2024-01-31T20:00:00Z")))).Text);
    }

    [Fact]
    public async Task Chart_at_the_live_edge_gets_a_bar_as_soon_as_it_is_held()
    {
        var store = await LongSeries.StoreAsync(10);
        await using var api = await ApiHost.StartAsync(store);
        var poll = History("1", FirstSecond, FirstSecond + 100_000, 2);
        var before = await api.GetAsync(poll);
        Assert.Matches("^public, max-age=[0-9]+$", before["Cache-Control"]);
        Assert.Equal(304, (await api.SendAsync(HttpMethod.Get, poll, ("If-None-Match", before["ETag"]!))).Status);
        await store.WriteAsync(LongSeries.Series, new BarWrite(LongSeries.Block(10, 1), new Provenance(AssetClass.Crypto)), TestContext.Current.CancellationToken);
        using var after = await ReadAsync(api, poll);
        Assert.Equal([FirstSecond + (9 * 60), FirstSecond + (10 * 60)], Column(after, "t"));
        Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, poll, ("If-None-Match", before["ETag"]!))).Status);
    }

    [Fact]
    public async Task Day_bar_of_a_stock_is_told_by_midnight_of_its_trading_day()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        foreach (var resolution in (string[])["1D", "D"])
        {
            using var page = await ReadAsync(api, $"/udf/history?symbol=aapl&resolution={resolution}&from={Seconds("2024-01-30")}&to={Seconds("2024-01-31")}");
            Assert.Equal([Seconds("2024-01-30")], Column(page, "t"));
        }

        // One second later it begins before the range.
        using var later = await ReadAsync(api, $"/udf/history?symbol=AAPL&resolution=1D&from={Seconds("2024-01-30") + 1}&to={Seconds("2024-02-01")}");
        Assert.Equal([Seconds("2024-01-31")], Column(later, "t"));
    }

    [Fact]
    public async Task Search_finds_what_is_typed_letter_by_letter()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        Assert.Equal(["BTC/USD", "BTCUSDT"], await FoundAsync(api, "query=b&type=&exchange=&limit=30"));
        Assert.Equal(["BTCUSDT"], await FoundAsync(api, "query=BTCU&type=&exchange=&limit=30"));
        Assert.Equal(["AAPL", "BTC/USD"], await FoundAsync(api, "query=&type=&exchange=ALPACA&limit=30"));
        Assert.Equal(["AAPL"], await FoundAsync(api, "query=&type=stock"));
        Assert.Equal(["BTCUSDT"], await FoundAsync(api, "query=BINANCE%3AB"));
        Assert.Equal(["AAPL"], await FoundAsync(api, "limit=1"));
        Assert.Empty(await FoundAsync(api, "query=DOGE"));
    }

    private static async Task<List<string?>> FoundAsync(ApiHost api, string query)
    {
        using var found = await ReadAsync(api, $"/udf/search?{query}");
        return [.. found.RootElement.EnumerateArray().Select(s => s.GetProperty("ticker").GetString())];
    }

    private static string History(string resolution, long from, long to, int? countback = null) =>
        string.Create(CultureInfo.InvariantCulture, $"/udf/history?symbol=BTCUSDT&resolution={resolution}&from={from}&to={to}{(countback is null ? "" : $"&countback={countback}")}&currencyCode=USD&unitId=1");

    private static List<long> Column(JsonDocument page, string name) => [.. page.RootElement.GetProperty(name).EnumerateArray().Select(v => v.GetInt64())];

    private static async Task<JsonDocument> ReadAsync(ApiHost api, string target)
    {
        var answer = await api.GetAsync(target);
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(answer.Text);
    }

    private static long Seconds(string time) => Sample.Ms(time) / 1_000;
}
