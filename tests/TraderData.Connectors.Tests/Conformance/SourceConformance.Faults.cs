using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>The part of the list about a source that fails.</summary>
public abstract partial class SourceConformance
{
    [Fact]
    [Rule("B15")]
    public async Task C20_Too_many_requests_is_waited_out_as_long_as_the_source_says()
    {
        var exchange = Make([At(0)]);
        exchange.Next(429, """{"code":-1003,"message":"too many requests."}""", ("Retry-After", "17"));
        BarAssert.Same([At(0)], await FetchAsync(exchange, Hours(0, 1)));
        Assert.Contains(TimeSpan.FromSeconds(17), Clock.Waits);
        Assert.Equal(2, exchange.BarRequests);
    }

    [Fact]
    [Rule("A17")]
    public async Task C21_Too_many_requests_without_a_time_is_waited_out_nevertheless()
    {
        var exchange = Make([At(0)]);
        exchange.Next(429, """{"message": "too many requests."}""");
        exchange.Next(429, """{"message": "too many requests."}""");
        BarAssert.Same([At(0)], await FetchAsync(exchange, Hours(0, 1)));
        Assert.Equal(2, Clock.Waits.Count(w => w == TimeSpan.FromSeconds(15)));
    }

    [Fact]
    [Rule("B15")]
    public async Task C22_Pause_longer_than_patience_is_told_and_not_waited_out()
    {
        var exchange = Make([At(0)]);
        exchange.Next(429, "{}", ("Retry-After", "3600"));
        var e = await FailedAsync(exchange, Hours(0, 1));
        Assert.Equal((SourceErrorKind.RateLimited, true, 1), (e.Kind, e.IsTransient, exchange.BarRequests));
        Assert.InRange(e.RetryAfter!.Value.TotalSeconds, 3_590, 3_600);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task C23_Server_error_is_tried_again(int status)
    {
        var exchange = Make([At(0)]);
        exchange.Next(status, "<html>Bad Gateway</html>");
        exchange.Next(status, "");
        BarAssert.Same([At(0)], await FetchAsync(exchange, Hours(0, 1)));
        Assert.Equal(3, exchange.BarRequests);
        Assert.Equal(2, Log.Lines.Count(l => l.StartsWith("Warning 3000", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task C24_Server_error_without_end_is_unavailable_after_six_tries()
    {
        var exchange = Make([At(0)]);
        for (var i = 0; i < 10; i++)
            exchange.Next(503, "{}");
        var e = await FailedAsync(exchange, Hours(0, 1));
        Assert.Equal((SourceErrorKind.Unavailable, true, 6), (e.Kind, e.IsTransient, exchange.BarRequests));
        Assert.Contains("503", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C25_Answer_that_breaks_off_is_asked_for_again()
    {
        var exchange = Make([At(0)]);
        exchange.Next(async context =>
        {
            var body = Encoding.UTF8.GetBytes(exchange.PageOf(At(0)));
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        BarAssert.Same([At(0)], await FetchAsync(exchange, Hours(0, 1)));
        Assert.Equal(2, exchange.BarRequests);
    }

    [Fact]
    public async Task C26_Source_that_cannot_be_reached_is_unavailable()
    {
        var exchange = Make([]);
        var source = await ConnectAsync(exchange);
        await _server!.DisposeAsync();
        var e = await Assert.ThrowsAsync<SourceException>(() => ListAsync(source, exchange.Symbol, Hours(0, 1)));
        Assert.Equal((SourceErrorKind.Unavailable, true), (e.Kind, e.IsTransient));
        Assert.IsType<HttpRequestException>(e.InnerException);
    }

    [Fact]
    public async Task C27_Answer_that_does_not_come_is_asked_for_again()
    {
        var exchange = Make([At(0)]);
        exchange.Next(async context =>
        {
            // The bytes that came so far do not stretch the limit.
            await context.Response.Body.WriteAsync("["u8.ToArray());
            await context.Response.Body.FlushAsync();
            Assert.Equal(1, Clock.MissDeadlines());
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        BarAssert.Same([At(0)], await FetchAsync(exchange, Hours(0, 1)));
        Assert.Contains(Log.Lines, l => l.Contains("no whole answer within 00:00:31", StringComparison.Ordinal));
    }

    [Fact]
    public async Task C28_Answer_that_is_too_long_is_refused()
    {
        var exchange = Make(WireRow.Many(FirstMs, Hour, 500));
        var options = new SourceHttpOptions { AttemptTimeout = FastClock.Deadline, MaxResponseBytes = 10_000 };
        var e = await Assert.ThrowsAsync<BadDataException>(() => FetchAsync(exchange, Hours(0, 500), options));
        Assert.Contains("10000 bytes", e.Found, StringComparison.Ordinal);
        Assert.Equal(1, exchange.BarRequests);
    }

    [Fact]
    public async Task C29_Cancelled_request_ends_at_once()
    {
        var exchange = Make([At(0)]);
        using var stop = new CancellationTokenSource();
        exchange.Next(async context =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var source = await ConnectAsync(exchange);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var page in source.FetchBarsAsync(exchange.Symbol, Hour, Hours(0, 1), stop.Token))
                Assert.Fail($"{page.Answered}");
        });
        Assert.Equal(1, exchange.BarRequests);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task C30_Refusal_is_not_tried_again(int status)
    {
        var exchange = Make([At(0)]);
        exchange.Next(status, """{"message":"no"}""", ("Location", "http://127.0.0.1:1/elsewhere"));
        var e = await FailedAsync(exchange, Hours(0, 1));
        Assert.Equal((false, 1), (e.IsTransient, exchange.BarRequests));
        Assert.Contains(status.ToString(CultureInfo.InvariantCulture), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C31_Misuse_is_refused_before_a_call()
    {
        var exchange = Make([]);
        var source = await ConnectAsync(exchange);
        Assert.Throws<ArgumentException>(() => source.FetchBarsAsync("btc?usdt", Hour, Hours(0, 1), Cancel));
        var e = Assert.Throws<SourceException>(() => source.FetchBarsAsync(exchange.Symbol, Timeframe.Parse("3m"), Hours(0, 1), Cancel));
        Assert.Equal(SourceErrorKind.UnknownTimeframe, e.Kind);
        Assert.Empty(_server!.Requests);
    }

    [Fact]
    [Rule("A12")]
    public async Task C32_Every_timeframe_is_served()
    {
        var exchange = Make([]);
        var source = await ConnectAsync(exchange);
        Assert.Equal(Timeframe.Standard, source.Timeframes);
        foreach (var timeframe in source.Timeframes)
        {
            await foreach (var page in source.FetchBarsAsync(exchange.Symbol, timeframe, Hours(0, 24), Cancel))
                Assert.Equal(0, page.Bars.Count);
        }

        Assert.Equal(8, exchange.BarRequests);
    }

    [Fact]
    public async Task C33_Fetches_at_once_share_one_budget()
    {
        var exchange = Make([]);
        var source = await ConnectAsync(exchange);
        var start = Clock.GetUtcNow();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 100; i++)
                await ListAsync(source, exchange.Symbol, Hours(i, i + 1));
        })));

        // Weight 2 of 6,000, and weight 1 of 200.
        var (weight, limit) = exchange is BinanceExchange ? (2, 6_000) : (1, 200);
        var minutes = (Clock.GetUtcNow() - start).TotalMinutes;
        Assert.InRange(800.0 * weight / limit, 0, Math.Ceiling(minutes));
        Assert.Equal(800, exchange.BarRequests);
    }

    [Fact]
    public async Task C34_Requests_say_who_asks()
    {
        var exchange = Make([]);
        var agent = "";
        exchange.Next(context =>
        {
            agent = context.Request.Headers.UserAgent.ToString();
            return Exchange.WriteAsync(context, exchange.PageOf());
        });
        await FetchAsync(exchange, Hours(0, 1));
        Assert.StartsWith("trader-data/", agent, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("A20")]
    public async Task C35_Keys_are_in_headers_only()
    {
        var exchange = Make([]);
        exchange.Next(500, "{}");
        exchange.Next(401, "<html>401 Authorization Required</html>");
        var e = await FailedAsync(exchange, Hours(0, 1));
        var texts = Log.Lines.Concat(_server!.Requests).Append(e.ToString());
        Assert.All(texts, t => Assert.False(
            t.Contains(AlpacaExchange.Key, StringComparison.OrdinalIgnoreCase) || t.Contains(AlpacaExchange.Secret, StringComparison.OrdinalIgnoreCase), t));
    }

    private async Task<SourceException> FailedAsync(Exchange exchange, TimeRange range) =>
        await Assert.ThrowsAsync<SourceException>(() => FetchAsync(exchange, range));
}
