using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>Bars that may still change are given to those who ask for them, told apart, and kept by nobody.</summary>
public sealed class ProvisionalTests
{
    private const string Path = "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&fields=bar_ts,close";
    private static readonly Series Hours = new("binance", "BTCUSDT", Timeframe.H1);

    [Fact]
    public async Task Nobody_gets_them_without_asking()
    {
        await using var host = await HostAsync();

        var answer = await host.GetAsync($"{Path}&limit=1");

        Assert.StartsWith("""{"success":true,"data":[{"bar_ts":"2024-02-01T02:00:00Z","close":42388.88}]""", answer.Text, StringComparison.Ordinal);
        Assert.NotNull(answer["ETag"]);
    }

    [Theory]
    [InlineData("limit=3", "04:00:00Z 42600 true,03:00:00Z 42500.5 true,02:00:00Z 42388.88 false", true)]
    [InlineData("limit=2", "04:00:00Z 42600 true,03:00:00Z 42500.5 true", true)]
    [InlineData("limit=1", "04:00:00Z 42600 true", true)]
    [InlineData("order=asc&start=2024-02-01T01:00:00Z", "01:00:00Z 42401.51 false,02:00:00Z 42388.88 false,03:00:00Z 42500.5 true,04:00:00Z 42600 true", false)]
    [InlineData("order=asc&start=2024-02-01T01:00:00Z&limit=3", "01:00:00Z 42401.51 false,02:00:00Z 42388.88 false,03:00:00Z 42500.5 true", true)]
    [InlineData("order=asc&start=2024-02-01T03:30:00Z", "04:00:00Z 42600 true", false)]
    [InlineData("start=2024-02-01T02:00:00Z&end=2024-02-01T04:00:00Z", "03:00:00Z 42500.5 true,02:00:00Z 42388.88 false", false)]
    public async Task Who_asks_gets_those_that_are_not_held_as_final_each_told_apart(string query, string expected, bool hasMore)
    {
        await using var host = await HostAsync();

        var answer = await host.GetAsync($"{Path}&include_provisional=true&{query}");

        var rows = string.Join(',', expected.Split(',').Select(row => row.Split(' ')).Select(p => $"{{\"bar_ts\":\"2024-02-01T{p[0]}\",\"close\":{p[1]},\"provisional\":{p[2]}}}"));
        Assert.StartsWith($"{{\"success\":true,\"data\":[{rows}]", answer.Text, StringComparison.Ordinal);
        Assert.Equal(hasMore, answer.Text.Contains("next_cursor", StringComparison.Ordinal));
        Assert.Equal("no-store", answer["Cache-Control"]);
        Assert.Null(answer["ETag"]);
    }

    [Fact]
    public async Task Pages_go_on_behind_them()
    {
        await using var host = await HostAsync();
        var first = await host.GetAsync($"{Path}&include_provisional=true&limit=2");
        var cursor = first.Text.Split("\"next_cursor\":\"")[1].Split('"')[0];

        var second = await host.GetAsync($"{Path}&include_provisional=true&limit=1&cursor={cursor}");

        Assert.StartsWith("""{"success":true,"data":[{"bar_ts":"2024-02-01T02:00:00Z","close":42388.88,"provisional":false}]""", second.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_has_a_column_for_it_and_candles_have_it_too()
    {
        await using var host = await HostAsync();

        Assert.Equal("bar_ts,close,provisional\n2024-02-01T04:00:00Z,42600,true\n", (await host.GetAsync($"{Path}&include_provisional=true&limit=1&format=csv")).Text);
        var candles = await host.GetAsync("/api/data/candles?symbol=BTCUSDT&interval=1h&fields=timestamp,close&include_provisional=true&start=2024-02-01T03:00:00Z");
        Assert.EndsWith("\"data\":[{\"timestamp\":1706756400000,\"close\":42500.5,\"provisional\":true},{\"timestamp\":1706760000000,\"close\":42600,\"provisional\":true}]}", candles.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("include_provisional=yes", "include_provisional must be true or false, was 'yes'")]
    [InlineData("include_provisional=true&as_of=2024-02-26", "include_provisional and as_of exclude each other")]
    [InlineData("include_provisional=true&format=parquet", "a Parquet file holds final bars alone")]
    public async Task What_cannot_be_is_refused(string query, string message)
    {
        await using var host = await HostAsync();

        var answer = await host.GetAsync($"{Path}&{query}");

        Assert.Equal(400, answer.Status);
        Assert.Contains($"\"error\":\"BAD_PROVISIONAL\",\"message\":\"{message}", answer.Text);
    }

    [Fact]
    public async Task Made_bars_are_of_final_ones_alone()
    {
        await using var host = await HostAsync();

        var made = await host.GetAsync("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=2h&fields=bar_ts&include_provisional=true&limit=1");

        Assert.StartsWith("""{"success":true,"data":[{"bar_ts":"2024-02-01T00:00:00Z","provisional":false}]""", made.Text, StringComparison.Ordinal);
    }

    // 02:00 is held as final by now.
    private static async Task<ApiHost> HostAsync()
    {
        var provisional = new MemoryProvisional();
        await provisional.PutAsync(
            [
                (Hours, Sample.Bar("2024-02-01T02:00:00Z", "1", "1", "1", "1", "1")),
                (Hours, Sample.Bar("2024-02-01T03:00:00Z", "42388.88", "42510", "42380", "42500.50", "3.5")),
                (Hours, Sample.Bar("2024-02-01T04:00:00Z", "42500.5", "42600", "42500.5", "42600", "0.1")),
            ],
            CancellationToken.None);
        return await ApiHost.StartAsync(await Sample.StoreAsync(), builder => builder.Services.AddSingleton<IProvisionalBars>(provisional));
    }
}
