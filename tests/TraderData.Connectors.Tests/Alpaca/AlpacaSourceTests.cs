using System.Globalization;
using Microsoft.AspNetCore.Http;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class AlpacaSourceTests
{
    private const string Nothing = """{"bars":{},"next_page_token":null}""";
    private const string TooRecent = """{"message":"subscription does not permit querying recent SIP data"}""";
    private const string Row = """{"bars":{"AAPL":[{"t":"TIME","o":1,"h":1,"l":1,"c":1,"v":0,"n":0,"vw":1}]},"next_page_token":TOKEN}""";

    [Fact]
    [Rule("A1")]
    public async Task Stock_request_has_inclusive_ends_feed_and_adjustment()
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T00:00:00Z"), context => Exchange.WriteAsync(context, Nothing));
        await run.FetchAsync("BRK.B", Timeframe.H4, new TimeRange(Ms("2024-01-01"), Ms("2024-01-02")));
        Assert.Equal(
            "/v2/stocks/bars?symbols=BRK.B&timeframe=4Hour&start=2024-01-01T00:00:00Z&end=2024-01-01T23:59:59.999Z&limit=10000&adjustment=raw&feed=iex&sort=asc",
            run.Requests[1]);
    }

    [Fact]
    [Rule("A2")]
    public async Task Crypto_request_has_its_slash_escaped_and_neither_feed_nor_adjustment()
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T00:00:00Z"), context => Exchange.WriteAsync(context, Nothing));
        await run.FetchAsync("BTC/USD", Timeframe.W1, new TimeRange(Ms("2024-01-01"), Ms("2024-01-08")));
        Assert.Equal("/v1beta3/crypto/us/bars?symbols=BTC%2FUSD&timeframe=1Week&start=2024-01-01T00:00:00Z&end=2024-01-07T23:59:59.999Z&limit=10000&sort=asc", run.Requests[1]);
    }

    // A bar is whole half a minute after its end.
    [Theory]
    [Rule("A13")]
    [InlineData("1m", "2024-03-01T10:00:29Z", "2024-03-01T09:59:00Z")]
    [InlineData("1m", "2024-03-01T10:00:30Z", "2024-03-01T10:00:00Z")]
    [InlineData("4h", "2024-03-01T12:00:29Z", "2024-03-01T08:00:00Z")]
    [InlineData("4h", "2024-03-01T12:00:30Z", "2024-03-01T12:00:00Z")]
    public async Task Bar_is_provisional_for_half_a_minute(string timeframe, string now, string end)
    {
        await using var run = await SourceRun.AlpacaAsync(At(now), context => Exchange.WriteAsync(context, Nothing));
        var pages = await run.FetchAsync("AAPL", Timeframe.Parse(timeframe), new TimeRange(Ms("2024-03-01"), Ms("2024-03-02")));
        BarAssert.Follows(pages, Ms("2024-03-01"), Ms(end));
    }

    // New York's midnight is 05:00Z in winter and 04:00Z in summer; clocks changed on 2024-03-10 and 2024-11-03.
    [Theory]
    [Rule("A14")]
    [InlineData("1d", "2024-03-08T04:59:59Z", "2024-03-07T05:00:00Z")]
    [InlineData("1d", "2024-03-08T05:00:00Z", "2024-03-08T05:00:00Z")]
    [InlineData("1d", "2024-03-11T03:59:59Z", "2024-03-10T05:00:00Z")]
    [InlineData("1d", "2024-03-11T04:00:00Z", "2024-03-11T04:00:00Z")]
    [InlineData("1d", "2024-11-04T04:30:00Z", "2024-11-03T04:00:00Z")]
    [InlineData("1d", "2024-11-04T05:00:00Z", "2024-11-04T05:00:00Z")]
    [InlineData("1w", "2024-03-11T03:59:59Z", "2024-03-04T05:00:00Z")]
    [InlineData("1w", "2024-03-11T04:00:00Z", "2024-03-05T05:00:00Z")]
    public async Task Day_and_week_bars_of_stocks_are_closed_at_midnight_in_new_york(string timeframe, string now, string end)
    {
        await using var run = await SourceRun.AlpacaAsync(At(now), context => Exchange.WriteAsync(context, Nothing));
        var pages = await run.FetchAsync("AAPL", Timeframe.Parse(timeframe), new TimeRange(Ms("2024-02-01"), Ms("2025-01-01")));
        BarAssert.Follows(pages, Ms("2024-02-01"), Ms(end));
    }

    [Fact]
    [Rule("A14")]
    public async Task Day_bars_of_crypto_stand_on_the_grid()
    {
        await using var run = await SourceRun.AlpacaAsync(At("2025-08-02T12:00:00Z"), context => Exchange.WriteAsync(
            context, Row.Replace("AAPL", "BTC/USD", StringComparison.Ordinal).Replace("TIME", "2025-08-01T05:00:00Z", StringComparison.Ordinal).Replace("TOKEN", "null", StringComparison.Ordinal)));
        var e = await Assert.ThrowsAsync<BadDataException>(() => run.FetchAsync("BTC/USD", Timeframe.D1, new TimeRange(Ms("2025-08-01"), Ms("2025-08-03"))));
        Assert.Equal(("time 2025-08-01T05:00:00Z", "a time on the 1d grid"), (e.Found, e.Expected));
    }

    [Fact]
    [Rule("A6")]
    public async Task Only_the_token_tells_that_more_follows()
    {
        string[] answers =
        [
            """{"bars":{},"next_page_token":"a=="}""", Page("2024-01-01T10:00:00Z", "\"b\""), """{"bars":null,"next_page_token":"c"}""",
            """{"bars":{"AAPL":null},"next_page_token":"d"}""", Page("2024-01-01T20:00:00Z", "\"\""),
        ];
        var next = 0;
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T00:00:00Z"), context => Exchange.WriteAsync(context, IsClock(context) ? Nothing : answers[next++]));
        var pages = await run.FetchAsync("AAPL", Timeframe.H1, new TimeRange(Ms("2024-01-01"), Ms("2024-01-02")));
        Assert.Equal(["2024-01-01T10:00:00Z", "2024-01-01T20:00:00Z"], pages.Where(p => p.Bars.Count > 0).Select(p => TimeText.Iso(p.Bars.FirstMs)));
        BarAssert.Follows(pages, Ms("2024-01-01"), Ms("2024-01-02"));
        Assert.EndsWith("&page_token=a%3D%3D", run.Requests[2], StringComparison.Ordinal);
    }

    [Fact]
    [Rule("A7")]
    public async Task Token_that_comes_twice_is_refused()
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T00:00:00Z"), context => Exchange.WriteAsync(context, """{"bars":{},"next_page_token":"same"}"""));
        var e = await Assert.ThrowsAsync<BadDataException>(() => run.FetchAsync("AAPL", Timeframe.H1, new TimeRange(Ms("2024-01-01"), Ms("2024-01-02"))));
        Assert.Contains("'same' for the second time", e.Found, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("A7")]
    public async Task Page_that_goes_back_in_time_is_refused()
    {
        string[] answers = [Page("2024-01-01T10:00:00Z", "\"b\""), Page("2024-01-01T10:00:00Z", "null")];
        var next = 0;
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T00:00:00Z"), context => Exchange.WriteAsync(context, IsClock(context) ? Nothing : answers[next++]));
        await Assert.ThrowsAsync<BadDataException>(() => run.FetchAsync("AAPL", Timeframe.H1, new TimeRange(Ms("2024-01-01"), Ms("2024-01-02"))));
    }

    [Theory]
    [Rule("A3")]
    [InlineData(""","v":1""", ""","volume":1""")]
    [InlineData("\"t\":\"TIME\",", "")]
    [InlineData("TIME", "2024-01-01T10:00:00")]
    [InlineData("TIME", "2024-01-01T10:00:00.0000001Z")]
    [InlineData("TIME", "2024-02-30T10:00:00Z")]
    [InlineData("TIME", "2024-01-01T24:00:00Z")]
    [InlineData("TIME", "2024-13-01T10:00:00Z")]
    [InlineData("TIME", "2024-01-0xT10:00:00Z")]
    [InlineData("\"TIME\"", "1704103200000")]
    [InlineData("\"n\":1", "\"n\":1.5")]
    [InlineData("\"o\":1", "\"o\":null")]
    [InlineData("\"TOKEN\"", "17")]
    public async Task Row_without_a_field_or_with_a_wrong_one_is_refused(string part, string replacement)
    {
        const string Good = """{"bars":{"AAPL":[{"t":"TIME","o":1,"h":1,"l":1,"c":1,"v":1,"n":1,"vw":1}]},"next_page_token":"TOKEN"}""";
        var body = Good.Replace(part, replacement, StringComparison.Ordinal).Replace("TIME", "2024-01-01T10:00:00Z", StringComparison.Ordinal);
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T00:00:00Z"), context => Exchange.WriteAsync(context, body));
        await Assert.ThrowsAsync<BadDataException>(() => run.FetchAsync("AAPL", Timeframe.H1, new TimeRange(Ms("2024-01-01"), Ms("2024-01-02"))));
    }

    [Theory]
    [Rule("A5")]
    [InlineData("2024-01-01T10:00:00Z")]
    [InlineData("2024-01-01T10:00:00.000Z")]
    [InlineData("2024-01-01T05:00:00-05:00")]
    [InlineData("2024-01-01T10\\u003a00:00Z")]
    public async Task Time_is_read_in_every_form_of_rfc_3339(string time)
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T00:00:00Z"), context => Exchange.WriteAsync(context, Page(time, "null")));
        var page = Assert.Single(await run.FetchAsync("AAPL", Timeframe.H1, new TimeRange(Ms("2024-01-01"), Ms("2024-01-02"))));
        Assert.Equal("2024-01-01T10:00:00Z", TimeText.Iso(page.Bars.FirstMs));
    }

    [Fact]
    [Rule("A18")]
    public async Task Recent_sip_data_that_the_plan_lacks_is_asked_for_15_minutes_late()
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T10:00:40Z"), RefuseRecentAsync, feed: "sip");
        var range = new TimeRange(Ms("2024-03-01"), Ms("2024-03-02"));
        BarAssert.Follows(await run.FetchAsync("AAPL", Timeframe.M1, range), range.StartMs, Ms("2024-03-01T09:45:00Z"));
        var asked = run.Requests.Count;
        BarAssert.Follows(await run.FetchAsync("MSFT", Timeframe.M1, range), range.StartMs, Ms("2024-03-01T09:45:00Z"));
        Assert.Equal(asked + 1, run.Requests.Count);
    }

    [Theory]
    [Rule("A18")]
    [InlineData("iex", "AAPL")]
    [InlineData("sip", "BTC/USD")]
    public async Task Recent_data_that_the_plan_lacks_is_not_asked_for_later_on_other_feeds(string feed, string symbol)
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T10:00:40Z"), context => ForbidAsync(context, TooRecent), feed);
        var e = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync(symbol, Timeframe.M1, new TimeRange(Ms("2024-03-01"), Ms("2024-03-02"))));
        Assert.Equal((SourceErrorKind.NotInPlan, false), (e.Kind, e.IsTransient));
        Assert.Equal(2, run.Requests.Count);
    }

    [Theory]
    [Rule("A18")]
    [InlineData(TooRecent, 3)]
    [InlineData("""{"message":"subscription does not permit querying SIP data"}""", 2)]
    public async Task Sip_feed_that_the_plan_lacks_altogether_is_not_in_plan(string body, int requests)
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T10:00:40Z"), context => ForbidAsync(context, body), "sip");
        var e = await Assert.ThrowsAsync<SourceException>(() => run.FetchAsync("AAPL", Timeframe.M1, new TimeRange(Ms("2024-03-01"), Ms("2024-03-02"))));
        Assert.Equal((SourceErrorKind.NotInPlan, requests), (e.Kind, run.Requests.Count));
    }

    [Fact]
    [Rule("A15")]
    public async Task Clock_is_the_date_of_any_answer_carried_on_for_ten_minutes()
    {
        var clock = At("2024-03-01T10:00:00Z");
        await using var run = await SourceRun.AlpacaAsync(clock, context => ForbidAsync(context, "{}"));
        Assert.Equal(Ms("2024-03-01T10:00:00Z"), await run.Source.GetTimeAsync(TestContext.Current.CancellationToken));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(Ms("2024-03-01T10:10:00Z"), await run.Source.GetTimeAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["/v1beta3/crypto/us/latest/bars?symbols=BTC%2FUSD"], run.Requests);
        clock.Advance(TimeSpan.FromSeconds(1));
        await run.Source.GetTimeAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, run.Requests.Count);
    }

    [Fact]
    [Rule("A21")]
    public async Task Configured_symbols_are_listed()
    {
        await using var run = await SourceRun.AlpacaAsync(At("2024-03-01T10:00:00Z"), context => Exchange.WriteAsync(context, Nothing));
        Assert.Equal(
            [new Instrument("alpaca", "AAPL", AssetClass.Stock, true, null, null), new Instrument("alpaca", "BTC/USD", AssetClass.Crypto, true, null, null)],
            await run.Source.ListInstrumentsAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken));
        Assert.Empty(run.Requests);
        Assert.Equal(new Provenance(AssetClass.Stock, "iex", "raw"), run.Source.ProvenanceOf("AAPL"));
        Assert.Equal(new Provenance(AssetClass.Crypto), run.Source.ProvenanceOf("BTC/USD"));
    }

    private static FastClock At(string now) => new(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture));

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    private static string Page(string time, string token) => Row.Replace("TIME", time, StringComparison.Ordinal).Replace("TOKEN", token, StringComparison.Ordinal);

    private static bool IsClock(HttpContext context) => context.Request.Path.Value!.Contains("latest", StringComparison.Ordinal);

    private static Task ForbidAsync(HttpContext context, string body)
    {
        context.Response.StatusCode = 403;
        return Exchange.WriteAsync(context, body);
    }

    private static Task RefuseRecentAsync(HttpContext context)
    {
        var isRecent = !IsClock(context) && Ms(context.Request.Query["end"]!) > Ms("2024-03-01T10:00:40Z") - 900_000;
        return isRecent ? ForbidAsync(context, TooRecent) : Exchange.WriteAsync(context, Nothing);
    }
}
