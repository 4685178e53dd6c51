using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>The first command that anybody runs: it fills a folder, serves it, and keeps it up to date.</summary>
public sealed partial class DemoTests(DuckDb duckDb, ITestOutputHelper output)
{
    private const long DayMs = 86_400_000;
    private static readonly Dictionary<string, string> NoSettings = [];
    // A minute closes within 60 seconds; the bar is to be there 15 seconds later.
    private static readonly TimeSpan NewBar = TimeSpan.FromSeconds(75);
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_fills_a_folder_serves_it_and_keeps_it_up_to_date()
    {
        using var folder = new TemporaryFolder();
        var clock = Stopwatch.StartNew();
        var before = NowMs();
        var first = (await DemoAsync(folder, "--exit-after-ingest")).Expect(0);
        output.WriteLine($"first {clock.ElapsedMilliseconds} ms");
        CheckQuiet(first.Error);
        var held = await HeldAsync(folder);
        CheckHeld(held, before, NowMs());
        var bars = await BarsAsync(folder, held);

        clock.Restart();
        var second = (await DemoAsync(folder, "--exit-after-ingest")).Expect(0);
        output.WriteLine($"second {clock.ElapsedMilliseconds} ms");
        CheckQuiet(second.Error);
        Assert.DoesNotMatch(@"[1-9]\d* changed", second.Error);
        Assert.Equal(bars, await BarsAsync(folder, held));

        await using var demo = Demo(folder);
        await demo.WaitForAsync("(from a checkout", Token);
        await CheckNewMinuteAsync(demo, clock);
        var ended = (await demo.TerminateAsync()).Expect(0);
        CheckQuiet(ended.Error);
        await CheckPrintedCommandsAsync(ended.Output);
        Assert.Equal(bars, await BarsAsync(folder, held));
    }

    private async Task CheckNewMinuteAsync(TraderDataProcess demo, Stopwatch clock)
    {
        using var http = new HttpClient();
        var urls = Curl().Matches(demo.Output).Select(match => match.Groups["url"].Value).ToList();
        Assert.Equal(2, urls.Count);
        foreach (var url in urls)
            Assert.True(JsonDocument.Parse(await http.GetStringAsync(url, Token)).RootElement.GetProperty("success").GetBoolean());
        Assert.Contains("swagger", await http.GetStringAsync(new Uri(new Uri(urls[0]), "/docs/index.html"), Token), StringComparison.OrdinalIgnoreCase);

        clock.Restart();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(NewBar);
        var newest = await NewestAsync(http, urls[0], limit.Token);
        for (var next = newest; next == newest; next = await NewestAsync(http, urls[0], limit.Token))
            await Task.Delay(500, limit.Token);
        output.WriteLine($"a new minute after {clock.ElapsedMilliseconds} ms, {NowMs() % 60_000} ms into the minute");
    }

    private static async Task<long> NewestAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        var bar = JsonDocument.Parse(await http.GetStringAsync(url, cancellationToken)).RootElement.GetProperty("data")[0].GetProperty("bar_ts").GetString()!;
        Assert.True(TimeText.TryParse(bar, out var timeMs));
        Assert.True(timeMs + 60_000 <= NowMs(), $"the bar of {bar} is still forming");
        return timeMs;
    }

    // What is printed is to be copied and run as it stands.
    private static async Task CheckPrintedCommandsAsync(string printed)
    {
        var commands = Command().Matches(printed).Select(match => match.Groups["arguments"].Value.Split(' ')).ToList();
        Assert.Equal(["series", "export"], commands.Select(command => command[0]));
        foreach (var command in commands)
            Assert.Contains("1", (await TraderDataProcess.RunAsync(NoSettings, command)).Expect(0).Output);
    }

    private static void CheckHeld(List<(string Source, string Symbol, string Timeframe, int Rows, long First, long Last)> held, long before, long after)
    {
        Assert.Equal(
            from series in new[] { "alpaca AAPL", "alpaca SPY", "binance BNBUSDT", "binance BTCUSDT", "binance ETHUSDT", "binance SOLUSDT" }
            from timeframe in new[] { "1m", "1h", "1d" }
            select $"{series} {timeframe}",
            held.Select(series => $"{series.Source} {series.Symbol} {series.Timeframe}"));
        foreach (var series in held)
        {
            var timeframe = Timeframe.Parse(series.Timeframe);
            var days = series.Timeframe == "1m" ? 30 : 365;
            if (series.Source == "binance")
                CheckCrypto(series.Rows, series.First, series.Last, timeframe, days, before, after);
            else
                CheckStock(series.Rows, series.First, series.Last, days, before);
        }
    }

    private static void CheckCrypto(int rows, long first, long last, Timeframe timeframe, int days, long before, long after)
    {
        Assert.InRange(first, Timeframe.D1.Floor(before) - (days * DayMs), Timeframe.D1.Floor(after) - (days * DayMs));
        Assert.InRange(last, timeframe.Floor(before) - timeframe.DurationMs, timeframe.Floor(after) - timeframe.DurationMs);
        var times = Enumerable.Range(0, (int)((last - first) / timeframe.DurationMs) + 1).Select(i => first + (i * timeframe.DurationMs));
        Assert.Equal(times.Count(time => !IsHalted(time, time + timeframe.DurationMs)), rows);
    }

    // Sessions only: weekends and holidays stand at both ends.
    private static void CheckStock(int rows, long first, long last, int days, long before)
    {
        var start = Timeframe.D1.Floor(before) - (days * DayMs);
        Assert.InRange(first, start, start + (6 * DayMs));
        Assert.InRange(last, before - (6 * DayMs), before);
        Assert.True(rows > days / 2, $"{rows} rows in {days} days");
    }

    // The yearly halt of the simulated Binance.
    private static bool IsHalted(long startMs, long endMs)
    {
        var (start, end) = (DateTimeOffset.FromUnixTimeMilliseconds(startMs), DateTimeOffset.FromUnixTimeMilliseconds(endMs));
        return start is { Month: 8, Day: 13 } && start.TimeOfDay >= TimeSpan.FromHours(2) && end.TimeOfDay <= TimeSpan.FromHours(6.5) && end.Day == 13;
    }

    // One line for each series: count and hash of the bars up to the time that was the last at first.
    private async Task<List<string>> BarsAsync(TemporaryFolder folder, List<(string Source, string Symbol, string Timeframe, int Rows, long First, long Last)> held)
    {
        var known = string.Join(", ", held.Select(series => string.Create(CultureInfo.InvariantCulture, $"('{series.Symbol}', '{series.Timeframe}', {series.Last})")));
        var rows = await duckDb.QueryAsync(
            $"""
            SELECT b.symbol, b.timeframe, count(*), md5(string_agg(concat_ws(',', bar_ts, open, high, low, close, volume, vwap, trades), ';' ORDER BY bar_ts))
            FROM read_parquet('{folder.Path}/ohlcv/**/*.parquet', hive_partitioning = true, union_by_name = true) b
            JOIN (VALUES {known}) k(symbol, timeframe, last) ON b.symbol = k.symbol AND b.timeframe = k.timeframe AND epoch_ms(b.bar_ts) <= k.last
            GROUP BY 1, 2 ORDER BY 1, 2
            """,
            Token);
        Assert.Equal(held.Count, rows.Count);
        return [.. rows.Select(row => string.Join(' ', row))];
    }

    private static async Task<List<(string Source, string Symbol, string Timeframe, int Rows, long First, long Last)>> HeldAsync(TemporaryFolder folder)
    {
        var json = (await TraderDataProcess.RunAsync(NoSettings, "series", "--json", "--data", folder.Path)).Expect(0).Output;
        return [.. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(series => (
            series.GetProperty("source").GetString()!, series.GetProperty("symbol").GetString()!, series.GetProperty("timeframe").GetString()!,
            series.GetProperty("rows").GetInt32(), TimeOf(series, "first"), TimeOf(series, "last")))];
    }

    private static long TimeOf(JsonElement series, string name) =>
        TimeText.TryParse(series.GetProperty(name).GetString()!, out var timeMs) ? timeMs : throw new InvalidDataException(series.GetRawText());

    // A newcomer sees no warning, no fault and no trace.
    private static void CheckQuiet(string error)
    {
        foreach (var word in new[] { "fail:", "warn:", "Exception", "failed" })
            Assert.DoesNotContain(word, error);
    }

    private static TraderDataProcess Demo(TemporaryFolder folder, params string[] more) =>
        TraderDataProcess.Start(NoSettings, ["demo", "--data", folder.Path, "--port", "0", .. more]);

    private static async Task<TraderDataProcess.Ended> DemoAsync(TemporaryFolder folder, params string[] more)
    {
        await using var demo = Demo(folder, more);
        return await demo.EndAsync();
    }

    private static long NowMs() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    [GeneratedRegex(@"^  curl '(?<url>[^']+)'$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Curl();

    [GeneratedRegex(@"^  trader-data (?<arguments>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Command();
}
