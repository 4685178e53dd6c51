using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class BinanceRecordingTests
{
    // Behind the last recording.
    private readonly FastClock _clock = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [Rule("B2")]
    [InlineData("klines_BTCUSDT_1m_limit1000.json", "1m", 1_000)]
    [InlineData("klines_BTCUSDT_4h_limit1000.json", "4h", 1_000)]
    [InlineData("klines_unknown_1m_2019-11-22.json", "1m", 440)]
    [InlineData("klines_altBTC_5m_2018-03_pretty.json", "5m", 200)]
    [InlineData("klines_BTCUSDT_4h_1year.json", "4h", 2_190)]
    [InlineData("klines_ETHUSDT_1d.json", "1d", 120)]
    [InlineData("klines_1000SATSUSDT_1d.json", "1d", 120)]
    [InlineData("klines_HOMEUSDT_1d.json", "1d", 4)]
    [InlineData("klines_BTCUSDT_1h_limit5_last_open.json", "1h", 5)]
    [InlineData("klines_BTCUSDT_1m_first.json", "1m", 1)]
    [InlineData("klines_BTCUSDT_1d_first.json", "1d", 1)]
    [InlineData("klines_BTCUSDT_1m_5rows_2026-09-26.json", "1m", 5)]
    public async Task Recorded_klines_come_out_with_their_digits(string file, string interval, int count)
    {
        var answer = Recordings.Bytes($"binance/wire/{file}");
        var rows = Recordings.Klines(answer);
        Assert.Equal(count, rows.Count);
        await using var run = await SourceRun.BinanceAsync(_clock, context => ServeAsync(context, answer, rows));
        var timeframe = Timeframe.Parse(interval);
        var range = Recordings.RangeOf([.. rows.Select(r => r.Row)], timeframe);

        var pages = await run.FetchAsync("BTCUSDT", timeframe, range);

        BarAssert.Same([.. rows.Select(r => r.Row)], pages);
        BarAssert.Follows(pages, range.StartMs, range.EndMs);
        Assert.All(pages, p => Assert.False(p.Bars.HasVwap));
    }

    [Fact]
    [Rule("B2")]
    public async Task Recorded_cassette_comes_out_with_its_digits()
    {
        var (status, headers, body) = Recordings.ExVcr("binance/wire/klines_LTCBTC_1h_2rows.exvcr.json");
        var rows = Recordings.Klines(Encoding.UTF8.GetBytes(body)).Select(r => r.Row).ToList();
        await using var run = await SourceRun.BinanceAsync(_clock, context => ReplayAsync(context, status, headers, body));

        var pages = await run.FetchAsync("LTCBTC", Timeframe.H1, Recordings.RangeOf(rows, Timeframe.H1));

        BarAssert.Same(rows, pages);
        Assert.Equal(2, rows.Count);
    }

    [Fact]
    [Rule("B9")]
    public async Task Recorded_forming_bar_is_left_out_at_the_time_of_the_recording()
    {
        var clock = new FastClock(new DateTimeOffset(2026, 9, 25, 22, 42, 42, TimeSpan.Zero));
        var answer = Recordings.Bytes("binance/wire/klines_BTCUSDT_1h_limit5_last_open.json");
        var rows = Recordings.Klines(answer);
        await using var run = await SourceRun.BinanceAsync(clock, context => ServeAsync(context, answer, rows));
        var all = Recordings.RangeOf([.. rows.Select(r => r.Row)], Timeframe.H1);

        var pages = await run.FetchAsync("BTCUSDT", Timeframe.H1, all);

        BarAssert.Same([.. rows.Take(4).Select(r => r.Row)], pages);
        BarAssert.Follows(pages, all.StartMs, rows[4].Row.TimeMs);
    }

    [Fact]
    [Rule("B10")]
    public async Task Recorded_server_time_is_the_clock()
    {
        var (status, headers, body) = Recordings.ExVcr("binance/wire/server_time.exvcr.json");
        await using var server = await WireServer.StartAsync(context => ReplayAsync(context, status, headers, body));
        var source = new BinanceExchange { Rows = [], Clock = _clock }.Connect(
            server.Url, new ListLogger<SourceBudget>(), new SourceHttpOptions { AttemptTimeout = FastClock.Deadline });
        Assert.Equal(1_616_592_268_319, await source.GetTimeAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [Rule("B19")]
    [InlineData("error_400_-1120_invalid_interval.exvcr.json", SourceErrorKind.UnknownTimeframe, "Invalid interval.")]
    [InlineData("error_400_-1121_invalid_symbol.exvcr.json", SourceErrorKind.UnknownSymbol, "Invalid symbol.")]
    public async Task Recorded_error_has_its_kind(string file, SourceErrorKind kind, string message)
    {
        var (status, headers, body) = Recordings.ExVcr($"binance/wire/{file}");
        await using var run = await SourceRun.BinanceAsync(_clock, context => ReplayAsync(context, status, headers, body));
        var e = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("IDONTEXIST", Timeframe.H1, new TimeRange(0, 3_600_000)));
        Assert.Equal((kind, false), (e.Kind, e.IsTransient));
        Assert.Contains(message, e.Message, StringComparison.Ordinal);
        Assert.Contains("symbol=IDONTEXIST&interval=1h", e.Message, StringComparison.Ordinal);
    }

    // The answer as it was recorded when it is the answer to what was asked; otherwise its own rows.
    private static Task ServeAsync(HttpContext context, byte[] answer, List<(WireRow Row, string Text)> rows)
    {
        var (start, end, limit) = (Number(context, "startTime"), Number(context, "endTime"), (int)Number(context, "limit"));
        var asked = rows.Where(r => r.Row.TimeMs >= start && r.Row.TimeMs <= end).Take(limit).ToList();
        return asked.Count == rows.Count
            ? context.Response.Body.WriteAsync(answer).AsTask()
            : Exchange.WriteAsync(context, $"[{string.Join(',', asked.Select(r => r.Text))}]");
    }

    private static Task ReplayAsync(HttpContext context, int status, IReadOnlyDictionary<string, string> headers, string body)
    {
        // Bodies were edited after the recording; how they travel is the server's business.
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers.Where(h => h.Key is not ("Content-Length" or "Transfer-Encoding" or "Connection" or "Vary")))
            context.Response.Headers[name] = value;
        return Exchange.WriteAsync(context, body);
    }

    private static long Number(HttpContext context, string name) => long.Parse(context.Request.Query[name]!, NumberStyles.None, CultureInfo.InvariantCulture);
}
