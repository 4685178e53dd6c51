using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class AlpacaRecordingTests
{
    private readonly FastClock _clock = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [Rule("A3")]
    [InlineData("bars_AMZN_15Min_2021-10-15.json", "AMZN", "15m", 5)]
    [InlineData("bars_MSFT_1Day_2024-01-02_2025-01-31.json", "MSFT", "1d", 272)]
    [InlineData("bars_NVDA_1Day_2024-01-02_2025-01-31.json", "NVDA", "1d", 271)]
    [InlineData("bars_PBJ_1Day_2024-01-02_2025-01-31.json", "PBJ", "1d", 271)]
    [InlineData("bars_AAPL_1Day_2022-02_token_pretty.json", "AAPL", "1d", 2)]
    public async Task Recorded_bars_come_out_with_their_digits(string file, string symbol, string timeframe, int count)
    {
        var answer = Recordings.Bytes($"alpaca/wire/{file}");
        var rows = Recordings.AlpacaBars(answer, symbol);
        Assert.Equal(count, rows.Count);
        await CheckAsync([answer], symbol, Timeframe.Parse(timeframe), rows);
    }

    [Fact]
    [Rule("A6")]
    public async Task Recorded_pages_follow_each_other()
    {
        byte[][] answers = [Recordings.Bytes("alpaca/wire/bars_AAPL_1Min_2024-06-03_iex_page0.json"), Recordings.Bytes("alpaca/wire/bars_AAPL_1Min_2024-06-03_iex_page1.json")];
        List<WireRow> rows = [.. answers.SelectMany(a => Recordings.AlpacaBars(a, "AAPL"))];
        Assert.Equal(320, rows.Count);
        var requests = await CheckAsync(answers, "AAPL", Timeframe.M1, rows);
        Assert.EndsWith("&page_token=QUFQTHxNfDE3MTc0NDM2MDAwMDAwMDAwMDA%3D", requests[^1], StringComparison.Ordinal);
    }

    [Theory]
    [Rule("A8")]
    [InlineData("bars_multi_AAPL_NIO_1Day_2021-10.json", "AAPL")]
    [InlineData("bars_multi_AAPL_NIO_1Day_2021-10.json", "NIO")]
    [InlineData("bars_multi_AAPL_TSLA_1Day_2022-03-09_pretty.json", "AAPL")]
    [InlineData("bars_multi_AAPL_TSLA_1Day_2022-03-09_pretty.json", "TSLA")]
    public async Task Recorded_bars_of_one_symbol_among_several_come_out_with_their_digits(string file, string symbol)
    {
        // One symbol is asked for at a time, so that the answer has that symbol's part only.
        var recorded = Recordings.Bytes($"alpaca/wire/{file}");
        using var json = JsonDocument.Parse(recorded);
        var part = json.RootElement.GetProperty("bars").GetProperty(symbol).GetRawText();
        var answer = Encoding.UTF8.GetBytes($"{{\"bars\":{{\"{symbol}\":{part}}},\"next_page_token\":null}}");
        await CheckAsync([answer], symbol, Timeframe.D1, Recordings.AlpacaBars(recorded, symbol));
    }

    [Theory]
    [Rule("A8")]
    [InlineData("bars_multi_AAPL_NIO_1Day_2021-10.json", "bars of 'NIO'")]
    [InlineData("bars_latest_SPY.json", "bars of 'SPY'")]
    public async Task Recorded_bars_of_a_symbol_not_asked_for_are_refused(string file, string found)
    {
        await using var run = await SourceRun.AlpacaAsync(_clock, context => context.Response.Body.WriteAsync(Recordings.Bytes($"alpaca/wire/{file}")).AsTask());
        var e = await Assert.ThrowsAsync<BadDataException>(() => run.FetchAsync("AAPL", Timeframe.D1, new TimeRange(1_500_000_000_000, 1_700_000_000_000)));
        Assert.Equal(found, e.Found);
    }

    [Fact]
    [Rule("A8")]
    public async Task Recorded_latest_bar_is_no_page()
    {
        await using var run = await SourceRun.AlpacaAsync(_clock, context => context.Response.Body.WriteAsync(Recordings.Bytes("alpaca/wire/bars_latest_SPY.json")).AsTask());
        var e = await Assert.ThrowsAsync<BadDataException>(() => run.FetchAsync("SPY", Timeframe.M1, new TimeRange(1_500_000_000_000, 1_700_000_000_000)));
        Assert.Equal("an array of bars", e.Expected);
    }

    [Fact]
    [Rule("A9")]
    public async Task Recorded_crypto_bars_come_out_with_their_digits()
    {
        // The cassette has the rows of an older version of the API, which named the symbol elsewhere.
        using var json = JsonDocument.Parse(Recordings.Vcr("alpaca/wire/crypto_bars_SOLUSD_1Min_100rows.vcr.yml"));
        var token = json.RootElement.GetProperty("next_page_token").GetRawText();
        var answer = Encoding.UTF8.GetBytes($"{{\"next_page_token\":{token},\"bars\":{{\"SOL/USD\":{json.RootElement.GetProperty("bars").GetRawText()}}}}}");
        var rows = Recordings.AlpacaBars(answer, "SOL/USD");
        Assert.Equal(100, rows.Count);
        var requests = await CheckAsync([answer], "SOL/USD", Timeframe.M1, rows);
        Assert.StartsWith("/v1beta3/crypto/us/bars?symbols=SOL%2FUSD&timeframe=1Min&start=2022-04-16T05:00:00Z&", requests[1], StringComparison.Ordinal);
    }

    [Theory]
    [Rule("A10")]
    [InlineData("bars_empty.json")]
    [InlineData("bars_empty_object_pretty.json")]
    public async Task Recorded_empty_answer_answers_the_range(string file)
    {
        await using var run = await SourceRun.AlpacaAsync(_clock, context => context.Response.Body.WriteAsync(Recordings.Bytes($"alpaca/wire/{file}")).AsTask());
        var range = new TimeRange(1_500_000_000_000, 1_700_000_040_000);
        var page = Assert.Single(await run.FetchAsync("NOSUCH", Timeframe.M1, range));
        Assert.Equal((0, range), (page.Bars.Count, page.Answered));
    }

    // A recording with a token is followed by an empty page: what came behind it was not recorded.
    private async Task<IReadOnlyList<string>> CheckAsync(byte[][] answers, string symbol, Timeframe timeframe, List<WireRow> rows)
    {
        var next = 0;
        await using var run = await SourceRun.AlpacaAsync(_clock, context => context.Request.Path.Value!.Contains("latest", StringComparison.Ordinal)
            ? Exchange.WriteAsync(context, "{}")
            : WriteAsync(context, next < answers.Length ? answers[next++] : Recordings.Bytes("alpaca/wire/bars_empty.json")));
        var range = new TimeRange(rows[0].TimeMs, rows[^1].TimeMs + (2 * timeframe.DurationMs));

        var pages = await run.FetchAsync(symbol, timeframe, range);

        BarAssert.Same(rows, pages);
        BarAssert.Follows(pages, range.StartMs, range.EndMs);
        Assert.Equal(answers.Length, next);
        return run.Requests;
    }

    private static Task WriteAsync(HttpContext context, byte[] answer) => context.Response.Body.WriteAsync(answer).AsTask();
}
