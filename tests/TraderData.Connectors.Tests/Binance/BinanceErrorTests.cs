using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

public sealed class BinanceErrorTests
{
    private static readonly DateTimeOffset Start = new(2023, 12, 11, 6, 20, 0, TimeSpan.Zero);
    private readonly FastClock _clock = new(Start);
    private readonly TimeRange _range = new(1_704_067_200_000 - 86_400_000 * 60L, 1_704_067_200_000 - 86_400_000 * 59L);

    [Fact]
    [Rule("B19")]
    public async Task Quoted_errors_have_their_kinds()
    {
        var expected = new Dictionary<(int, int), SourceErrorKind>
        {
            [(400, -1121)] = SourceErrorKind.UnknownSymbol,
            [(400, -1120)] = SourceErrorKind.UnknownTimeframe,
            [(400, -1102)] = SourceErrorKind.BadRequest,
            [(400, -1104)] = SourceErrorKind.BadRequest,
            [(429, -1003)] = SourceErrorKind.RateLimited,
            [(418, -1003)] = SourceErrorKind.Banned,
            [(451, 0)] = SourceErrorKind.RegionBlocked,
            [(403, 0)] = SourceErrorKind.Forbidden,
        };
        using var quoted = JsonDocument.Parse(Recordings.Bytes("binance/wire/error_bodies_quoted.json"));
        foreach (var error in quoted.RootElement.GetProperty("errors").EnumerateArray())
        {
            var status = error.GetProperty("status").GetInt32();
            var body = error.TryGetProperty("body", out var text) ? text.GetString()! : "<html><title>403 Forbidden</title></html>";
            var e = await FailAsync(status, body);
            Assert.True(expected.Remove((status, CodeIn(body)), out var kind));
            Assert.Equal(kind, e.Kind);
            Assert.DoesNotContain("<html", e.Message, StringComparison.Ordinal);
        }

        Assert.Empty(expected);
    }

    [Theory]
    [Rule("B19")]
    [InlineData(400, """{"code":-1003,"msg":"?"}""", SourceErrorKind.RateLimited)]
    [InlineData(400, """{"msg":"code last","code":-1121}""", SourceErrorKind.UnknownSymbol)]
    [InlineData(400, """{"code":-9999,"msg":"new"}""", SourceErrorKind.Unknown)]
    [InlineData(400, """{"code":"-1121"}""", SourceErrorKind.Unknown)]
    [InlineData(400, """{"code":-11""", SourceErrorKind.Unknown)]
    [InlineData(400, "Invalid symbol.", SourceErrorKind.Unknown)]
    [InlineData(400, """{"code":-1001,"msg":"Internal error; unable to process your request."}""", SourceErrorKind.Unavailable)]
    [InlineData(503, """{"code":-1121,"msg":"Invalid symbol."}""", SourceErrorKind.Unavailable)]
    public async Task Status_and_code_decide_and_not_the_text(int status, string body, SourceErrorKind kind) =>
        Assert.Equal(kind, (await FailAsync(status, body)).Kind);

    // The text says 1702275878212, 2023-12-11T06:24:38.212Z: 278.212 s after the start.
    [Theory]
    [Rule("B16")]
    [InlineData(null, 278.212)]
    [InlineData("120", 278.212)]
    [InlineData("600", 600)]
    public async Task Ban_lasts_to_the_later_of_header_and_text(string? retryAfter, double seconds)
    {
        const string Body = """{"code":-1003,"msg":"Way too much request weight used; IP banned until 1702275878212. Please use WebSocket Streams for live updates to avoid bans."}""";
        await using var run = await SourceRun.BinanceAsync(_clock, context => AnswerAsync(context, 418, Body, retryAfter));

        var first = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("BTCUSDT", Timeframe.H1, _range));
        Assert.Equal((SourceErrorKind.Banned, true, TimeSpan.FromSeconds(seconds)), (first.Kind, first.IsTransient, first.RetryAfter));
        Assert.Equal(2, run.Requests.Count);

        _clock.Advance(TimeSpan.FromSeconds(seconds - 1));
        var second = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("ETHUSDT", Timeframe.H1, _range));
        Assert.Equal((SourceErrorKind.Banned, TimeSpan.FromSeconds(1)), (second.Kind, second.RetryAfter));
        Assert.Equal(2, run.Requests.Count);

        _clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("ETHUSDT", Timeframe.H1, _range));
        Assert.True(run.Requests.Count > 2);
    }

    [Theory]
    [Rule("B16")]
    [InlineData("IP banned until 9999999999999.")]
    [InlineData("IP banned until 1602275878212.")]
    [InlineData("IP banned until 17022758782129.")]
    [InlineData("")]
    public async Task Ban_without_a_time_lasts_two_minutes(string text)
    {
        var e = await FailAsync(418, text);
        Assert.Equal(SourceErrorKind.Banned, e.Kind);
        await using var run = await SourceRun.BinanceAsync(_clock, context => AnswerAsync(context, 418, text, null));
        await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("BTCUSDT", Timeframe.H1, _range));
        var next = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("BTCUSDT", Timeframe.H1, _range));
        Assert.Equal(TimeSpan.FromMinutes(2), next.RetryAfter);
    }

    [Fact]
    [Rule("B16")]
    public async Task Ban_whose_answer_breaks_off_is_a_ban()
    {
        await using var run = await SourceRun.BinanceAsync(_clock, async context =>
        {
            context.Response.StatusCode = 418;
            context.Response.Headers.RetryAfter = "300";
            context.Response.ContentLength = 1_000;
            // Less than the length that was said: the server closes the connection behind it.
            await context.Response.WriteAsync("{");
            await context.Response.Body.FlushAsync();
        });

        var e = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("BTCUSDT", Timeframe.H1, _range));

        Assert.Equal((SourceErrorKind.Banned, TimeSpan.FromSeconds(300)), (e.Kind, e.RetryAfter));
        Assert.Equal(2, run.Requests.Count);
    }

    [Fact]
    [Rule("B17")]
    public async Task Ban_is_remembered_across_a_restart()
    {
        var budgets = Budgets.WithLimitHeard();
        await using (var before = await SourceRun.BinanceAsync(_clock, context => AnswerAsync(context, 418, "{}", "300"), budgets))
            await Assert.ThrowsAsync<SourceException>(() => before.FetchAsync("BTCUSDT", Timeframe.H1, _range));

        await using var after = await SourceRun.BinanceAsync(_clock, context => AnswerAsync(context, 200, "[]", null), budgets);
        var e = await Assert.ThrowsAsync<SourceException>(() => after.FetchAsync("BTCUSDT", Timeframe.H1, _range));
        // Our clock may be five minutes ahead of Binance's, which the new process has not heard: asked before its end, a ban grows.
        Assert.Equal((SourceErrorKind.Banned, TimeSpan.FromSeconds(600)), (e.Kind, e.RetryAfter));
        _clock.Advance(TimeSpan.FromSeconds(599));
        await Assert.ThrowsAsync<SourceException>(() => after.FetchAsync("BTCUSDT", Timeframe.H1, _range));
        Assert.Empty(after.Requests);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEmpty(await after.FetchAsync("BTCUSDT", Timeframe.H1, _range));
    }

    [Theory]
    [Rule("B18")]
    [InlineData(451, SourceErrorKind.RegionBlocked, "Binance does not serve this region; data-api.binance.vision may, or a proxy: set the base URL")]
    [InlineData(403, SourceErrorKind.Forbidden, "a firewall in front of Binance refuses this address")]
    public async Task Source_that_refuses_for_good_is_stopped_for_an_hour_and_says_what_to_do(int status, SourceErrorKind kind, string remedy)
    {
        var budgets = Budgets.WithLimitHeard();
        await using var run = await SourceRun.BinanceAsync(_clock, context => AnswerAsync(context, status, "<html></html>", null), budgets);

        var first = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("BTCUSDT", Timeframe.H1, _range));
        Assert.Equal((kind, false, 2), (first.Kind, first.IsTransient, run.Requests.Count));
        _clock.Advance(TimeSpan.FromMinutes(59));
        var second = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("ETHUSDT", Timeframe.H1, _range));
        Assert.Equal((kind, TimeSpan.FromMinutes(1), 2), (second.Kind, second.RetryAfter, run.Requests.Count));
        Assert.StartsWith($"binance is stopped until 2023-12-11T07:20:00Z, since 2023-12-11T06:20:00Z: binance: GET /api/v3/klines", second.Message, StringComparison.Ordinal);
        Assert.EndsWith($"answered {status}: an HTML page ({remedy})", second.Message, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("ETHUSDT", Timeframe.H1, _range));
        Assert.True(run.Requests.Count > 2);
    }

    [Fact]
    [Rule("B13")]
    public async Task Limit_is_asked_for_once_a_day_and_after_a_429()
    {
        var limit = 1_200;
        var refuse = false;
        await using var run = await SourceRun.BinanceAsync(
            _clock,
            context =>
            {
                if (context.Request.Path == "/api/v3/exchangeInfo")
                    return Exchange.WriteAsync(context, $$"""{"rateLimits":[{"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1,"limit":{{limit}}}],"symbols":[]}""");
                if (!refuse)
                    return AnswerAsync(context, 200, "[]", null);
                refuse = false;
                return AnswerAsync(context, 429, """{"code":-1003,"msg":"?"}""", "7");
            },
            new MemoryBudgetStore());

        await FetchAsync(1_200);
        limit = 600;
        await FetchAsync(1_200);
        _clock.Advance(TimeSpan.FromHours(25));
        await FetchAsync(600);
        limit = 300;
        refuse = true;
        _clock.Advance(TimeSpan.FromHours(2));
        await FetchAsync(600);
        await FetchAsync(300);
        Assert.Equal(3, run.Requests.Count(r => r == "/api/v3/exchangeInfo?symbol=BTCUSDT"));

        async Task FetchAsync(int expected)
        {
            await run.FetchAsync("ETHUSDT", Timeframe.H1, _range);
            Assert.Equal(expected, run.Budget.LimitPerMinute);
        }
    }

    [Fact]
    [Rule("B13")]
    public async Task Limit_that_cannot_be_had_keeps_no_bars_away()
    {
        await using var run = await SourceRun.BinanceAsync(
            _clock,
            context => context.Request.Path == "/api/v3/exchangeInfo" ? AnswerAsync(context, 400, """{"code":-1121,"msg":"?"}""", null) : AnswerAsync(context, 200, "[]", null),
            new MemoryBudgetStore());
        Assert.NotEmpty(await run.FetchAsync("ETHUSDT", Timeframe.H1, _range));
        Assert.Equal(6_000, run.Budget.LimitPerMinute);
    }

    private async Task<SourceException> FailAsync(int status, string body)
    {
        await using var run = await SourceRun.BinanceAsync(_clock, context => AnswerAsync(context, status, body, null));
        return await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("BTCUSDT", Timeframe.H1, _range));
    }

    private static Task AnswerAsync(HttpContext context, int status, string body, string? retryAfter)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
            context.Response.Headers.RetryAfter = retryAfter;
        return Exchange.WriteAsync(context, body);
    }

    private static int CodeIn(string body)
    {
        if (body.StartsWith('<'))
            return 0;
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("code").GetInt32();
    }
}
