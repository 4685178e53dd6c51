using System.Text.Json;
using TraderData.Connectors.Alpaca;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class AlpacaErrorTests
{
    private const long FirstMs = 1_704_067_200_000;
    private static readonly TimeRange Day = new(FirstMs, FirstMs + 86_400_000);
    private readonly FastClock _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(FirstMs).AddDays(30));

    [Fact]
    [Rule("A19")]
    public async Task Quoted_errors_have_their_kinds()
    {
        var kinds = new List<string>();
        using var quoted = JsonDocument.Parse(Recordings.Bytes("alpaca/wire/error_bodies_quoted.json"));
        foreach (var error in quoted.RootElement.GetProperty("errors").EnumerateArray().Where(e => e.GetProperty("status").GetInt32() != 200))
        {
            var body = error.TryGetProperty("body", out var text) ? text.GetString() ?? "" : "<html>401 Authorization Required</html>";
            var e = await FailAsync(error.GetProperty("status").GetInt32(), body);
            kinds.Add($"{error.GetProperty("status").GetInt32()} {e.Kind}");
        }

        Assert.Equal(
            ["401 Unauthorized", "400 BadRequest", "400 BadRequest", "400 BadRequest", "400 BadRequest", "400 BadRequest", "400 BadRequest", "403 NotInPlan", "429 RateLimited"],
            kinds);
    }

    [Fact]
    [Rule("A19")]
    public async Task Recorded_401_of_the_trading_api_is_unauthorized() =>
        Assert.Equal(SourceErrorKind.Unauthorized, (await FailAsync(401, Recordings.Vcr("alpaca/wire/trading_401_json.vcr.yml"))).Kind);

    [Theory]
    [Rule("A19")]
    [InlineData(403, """{"message":"forbidden."}""", SourceErrorKind.Unauthorized)]
    [InlineData(400, """{"message":"invalid symbol: A?"}""", SourceErrorKind.UnknownSymbol)]
    [InlineData(422, """{"code":42210000,"message":"?"}""", SourceErrorKind.BadRequest)]
    [InlineData(451, "", SourceErrorKind.RegionBlocked)]
    [InlineData(409, "", SourceErrorKind.Unknown)]
    public async Task Status_decides(int status, string body, SourceErrorKind kind) => Assert.Equal(kind, (await FailAsync(status, body)).Kind);

    [Fact]
    [Rule("A19")]
    public async Task Missing_keys_are_named_in_the_advice()
    {
        var e = await FailAsync(401, "<html></html>");
        Assert.Contains("no keys are set: ALPACA_API_KEY and ALPACA_API_SECRET", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("A16")]
    public async Task Limit_of_the_headers_is_learned()
    {
        await using var run = await SourceRun.AlpacaAsync(_clock, context =>
        {
            context.Response.Headers["x-ratelimit-limit"] = "10000";
            return Exchange.WriteAsync(context, """{"bars":{},"next_page_token":null}""");
        });
        await run.FetchAsync("AAPL", Timeframe.H1, Day);
        Assert.Equal(10_000, run.Budget.LimitPerMinute);
    }

    [Theory]
    [Rule("A16")]
    [InlineData(30, 31)]
    [InlineData(-5, 15)]
    [InlineData(100_000, 15)]
    public async Task Nothing_remaining_stops_requests_until_the_reset(int resetInSeconds, int waitSeconds)
    {
        await using var run = await SourceRun.AlpacaAsync(_clock, context =>
        {
            context.Response.Headers["X-RateLimit-Remaining"] = "0";
            context.Response.Headers["X-RateLimit-Reset"] = $"{_clock.GetUtcNow().ToUnixTimeSeconds() + resetInSeconds}";
            return Exchange.WriteAsync(context, """{"bars":{},"next_page_token":null}""");
        });
        await run.Source.GetTimeAsync(TestContext.Current.CancellationToken);
        Assert.Empty(_clock.Waits);
        await run.FetchAsync("AAPL", Timeframe.H1, Day);
        Assert.Equal(TimeSpan.FromSeconds(waitSeconds), _clock.Waits[0]);
    }

    [Theory]
    [Rule("A20")]
    [InlineData("", "x")]
    [InlineData("x", "")]
    [InlineData("with space", "x")]
    [InlineData("x", "line\nbreak")]
    public void Keys_that_are_no_headers_are_refused_without_showing_them(string key, string secret)
    {
        var e = Assert.Throws<ArgumentException>(() => new AlpacaCredentials(key, secret));
        Assert.DoesNotContain("line", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("with space", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("A20")]
    public void Keys_do_not_print_or_serialise()
    {
        var credentials = new AlpacaCredentials(AlpacaExchange.Key, AlpacaExchange.Secret);
        var options = new AlpacaOptions { Credentials = credentials };
        Assert.Equal("***", $"{credentials}");
        Assert.Empty(typeof(AlpacaCredentials).GetProperties());
        Assert.DoesNotContain(AlpacaExchange.Key, JsonSerializer.Serialize(options) + JsonSerializer.Serialize(credentials), StringComparison.Ordinal);
    }

    [Fact]
    [Rule("A20")]
    public async Task Keys_go_out_as_headers_of_every_request()
    {
        var seen = new List<(string?, string?)>();
        await using var run = await SourceRun.AlpacaAsync(
            _clock,
            context =>
            {
                seen.Add((context.Request.Headers["APCA-API-KEY-ID"], context.Request.Headers["APCA-API-SECRET-KEY"]));
                return Exchange.WriteAsync(context, """{"bars":{},"next_page_token":null}""");
            },
            credentials: new AlpacaCredentials(AlpacaExchange.Key, AlpacaExchange.Secret));
        await run.FetchAsync("AAPL", Timeframe.H1, Day);
        Assert.Equal(Enumerable.Repeat<(string?, string?)>((AlpacaExchange.Key, AlpacaExchange.Secret), 2), seen);
    }

    [Fact]
    public void Faults_of_the_options_are_told_together()
    {
        var options = new AlpacaOptions { Feed = "SIP&x=1", Adjustment = "none", Symbols = ["aapl"] };
        Assert.Equal(
            ["Alpaca feed must be iex, sip, delayed_sip, otc or boats, was 'SIP&x=1'", "Alpaca adjustment must be raw, split, dividend or all, was 'none'", "symbol must be upper case, was 'aapl'"],
            options.FindFaults());
    }

    private async Task<SourceException> FailAsync(int status, string body)
    {
        await using var run = await SourceRun.AlpacaAsync(_clock, context =>
        {
            context.Response.StatusCode = status;
            return Exchange.WriteAsync(context, body);
        });
        return await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("AAPL", Timeframe.H1, Day));
    }
}
