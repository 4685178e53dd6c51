using System.Globalization;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>Whatever a chart asks for, it gets the bars that candles gives for the same times, digit for digit.</summary>
public sealed class UdfCandlesTests(ITestOutputHelper output)
{
    private const int Questions = 400;

    private static readonly (string Resolution, string Timeframe)[] Lengths =
        [("1", "1m"), ("5", "5m"), ("15", "15m"), ("30", "30m"), ("60", "1h"), ("240", "4h"), ("1D", "1d"), ("1W", "1w")];

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(5_000)]
    public async Task History_has_the_bars_of_candles(int blockRows)
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (clock, market) = (new SettableTime(), ModelMarket.Make(random));
        var store = new MemoryBarStore(blockRows, clock);
        await market.FillAsync(store, clock, TestContext.Current.CancellationToken);
        await using var api = await ApiHost.StartAsync(store);
        var (full, empty) = (0, 0);
        for (var i = 0; i < Questions; i++)
        {
            // Sums of volumes of 18 digits are another test's matter.
            var series = market.Series[random.Next(market.Series.Count)];
            if (!series.Shape.CanBeSummed)
                continue;
            var count = await CompareAsync(api, random, series);
            (full, empty) = count > 0 ? (full + 1, empty) : (full, empty + 1);
        }

        output.WriteLine($"{full} with bars, {empty} without");
        Assert.True(full > 50 && empty > 10, $"{full} with bars, {empty} without");
    }

    private static async Task<int> CompareAsync(ApiHost api, Random random, ModelSeries series)
    {
        var (resolution, timeframe) = Lengths[random.Next(Lengths.Length)];
        var around = series.Times.Count == 0 ? Sample.Start : series.Times[random.Next(series.Times.Count)];
        var from = (around / 1_000) + random.Next(-100_000, 100_000);
        var to = from + random.NextInt64(1, 4_000_000);
        int? countback = random.Next(2) == 0 ? random.Next(1, 2_000) : null;
        var symbol = Uri.EscapeDataString(series.Symbol);
        var counted = countback is null ? "" : $"&countback={countback.Value.ToString(CultureInfo.InvariantCulture)}";
        var history = await api.GetAsync($"/udf/history?symbol={symbol}&resolution={resolution}&from={from}&to={to}{counted}");
        var candles = await api.GetAsync($"/api/data/candles?symbol={symbol}&interval={timeframe}");
        Assert.Equal(200, history.Status);
        using var given = JsonDocument.Parse(history.Text);
        if (candles.Status == 404)
        {
            Assert.Equal("error", given.RootElement.GetProperty("s").GetString());
            return 0;
        }

        using var all = JsonDocument.Parse(candles.Text);
        var isOfDays = timeframe is "1d" or "1w";
        var expected = all.RootElement.GetProperty("data").EnumerateArray()
            .Select(bar => (Seconds: (isOfDays ? Timeframe.D1.Floor(bar.GetProperty("timestamp").GetInt64()) : bar.GetProperty("timestamp").GetInt64()) / 1_000, Bar: bar))
            .Where(bar => bar.Seconds < to).ToList();
        var before = expected.Where(bar => bar.Seconds < from).ToList();
        expected = countback is { } last ? expected.TakeLast(last).ToList() : expected.Where(bar => bar.Seconds >= from).ToList();
        Check(given.RootElement, expected, countback is null && before.Count > 0 ? before[^1].Seconds : null);
        return expected.Count;
    }

    private static void Check(JsonElement given, List<(long Seconds, JsonElement Bar)> expected, long? nextTime)
    {
        if (expected.Count == 0)
        {
            Assert.Equal("no_data", given.GetProperty("s").GetString());
            Assert.Equal(nextTime, given.TryGetProperty("nextTime", out var next) ? next.GetInt64() : null);
            return;
        }

        Assert.Equal("ok", given.GetProperty("s").GetString());
        Assert.Equal(expected.Select(bar => bar.Seconds), given.GetProperty("t").EnumerateArray().Select(t => t.GetInt64()));
        foreach (var name in (string[])["open", "high", "low", "close", "volume"])
            Assert.Equal(expected.Select(bar => bar.Bar.GetProperty(name).GetRawText()), given.GetProperty(name[..1]).EnumerateArray().Select(v => v.GetRawText()));
    }
}
