using System.IO.Compression;
using System.Text;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

/// <summary>What every connector promises, as a numbered list, held over real HTTP. A new connector adds a subclass with its wire and passes.</summary>
public abstract partial class SourceConformance : IAsyncDisposable
{
    private protected static readonly Timeframe Hour = Timeframe.H1;

    // 2024-01-01T00:00:00Z, a Monday.
    private protected const long FirstMs = 1_704_067_200_000;

    private WireServer? _server;

    private protected SourceConformance()
    {
        Clock = new FastClock(DateTimeOffset.FromUnixTimeMilliseconds(FirstMs).AddDays(365));
        Log = new ListLogger<SourceBudget>();
    }

    private protected FastClock Clock { get; init; }

    private protected ListLogger<SourceBudget> Log { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected abstract Exchange Make(IReadOnlyList<WireRow> rows);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Rule("B5")]
    public async Task C01_Bars_of_many_pages_ascend_and_their_answers_follow_each_other()
    {
        var rows = WireRow.Many(FirstMs, Hour, 2_500);
        var range = Hours(0, 2_500);
        var pages = await FetchAsync(Make(rows), range);
        Assert.Equal(3, pages.Count(p => p.Bars.Count > 0));
        BarAssert.Same(rows, pages);
        BarAssert.Follows(pages, range.StartMs, range.EndMs);
    }

    [Fact]
    [Rule("B9")]
    public async Task C02_Forming_bar_is_left_out_and_not_answered()
    {
        var exchange = Make(WireRow.Many(FirstMs, Hour, 10));
        SetNow(exchange, FirstMs + (9 * Hour.DurationMs) + 1_799_000);
        var pages = await FetchAsync(exchange, Hours(0, 48));
        BarAssert.Same([.. exchange.Rows.Take(9)], pages);
        BarAssert.Follows(pages, FirstMs, FirstMs + (9 * Hour.DurationMs));
    }

    [Fact]
    [Rule("B9")]
    public async Task C03_Last_bar_is_kept_once_it_is_closed()
    {
        var exchange = Make(WireRow.Many(FirstMs, Hour, 10));
        SetNow(exchange, FirstMs + (10 * Hour.DurationMs) + 31_000);
        var pages = await FetchAsync(exchange, Hours(0, 48));
        BarAssert.Same(exchange.Rows, pages);
        BarAssert.Follows(pages, FirstMs, FirstMs + (10 * Hour.DurationMs));
    }

    [Fact]
    public async Task C04_Range_that_has_not_begun_gives_nothing_and_answers_nothing()
    {
        var exchange = Make([]);
        SetNow(exchange, FirstMs);
        Assert.Empty(await FetchAsync(exchange, Hours(1, 48)));
    }

    [Fact]
    [Rule("B10", "A15")]
    public async Task C05_Clock_is_the_sources_and_not_ours()
    {
        var exchange = Make(WireRow.Many(FirstMs, Hour, 10));
        Clock.Advance(DateTimeOffset.FromUnixTimeMilliseconds(FirstMs) - Clock.GetUtcNow());
        var source = await ConnectAsync(exchange);
        var ahead = exchange.NowMs - Clock.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(exchange.NowMs, await source.GetTimeAsync(Cancel));
        Assert.Equal(ahead, await source.GetTimeAsync(Cancel) - Clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    [Theory]
    [Rule("B3", "A4")]
    [InlineData("0.00000001", "0.00000001", "0.00000001", "0.00000001", "54637528372.00")]
    [InlineData("42150.50000000", "99999999.99999999", "0.1", "42150.5", "0")]
    [InlineData("1", "1", "1", "1", "999999999999999999")]
    [InlineData("8.91e-06", "1E1", "8.9e-06", "0.5e+0", "1.5e3")]
    [InlineData("0.000000000000000001", "0.5", "0.000000000000000001", "0.25", "0.123456789012345678")]
    public async Task C06_Digits_are_kept(string open, string high, string low, string close, string volume)
    {
        var row = new WireRow(FirstMs, open, high, low, close, volume, 1);
        BarAssert.Same([row], await FetchAsync(Make([row]), Hours(0, 1)));
    }

    [Fact]
    [Rule("A4")]
    public async Task C07_Escaped_digits_are_read()
    {
        var exchange = Make([]);
        var page = exchange.PageOf(WireRow.At(FirstMs)).Replace("\"12.345\"", "\"\\u0031\\u0032.345\"", StringComparison.Ordinal);
        exchange.Next(200, page);
        BarAssert.Same([WireRow.At(FirstMs)], await FetchAsync(exchange, Hours(0, 1)));
    }

    [Theory]
    [Rule("B20", "A22")]
    [InlineData("high", "42000", "high 42000 below open 42150.5")]
    [InlineData("low", "42160", "low 42160 above open 42150.5")]
    [InlineData("low", "0", "low 0")]
    [InlineData("open", "-1", "open -1")]
    [InlineData("volume", "-0.1", "volume -0.1")]
    [InlineData("volume", "1234567890123456789", "volume '1234567890123456789'")]
    [InlineData("close", "1.0000000000000000001", "close '1.0000000000000000001'")]
    [InlineData("time", "", "T02:30:00Z")]
    public async Task C08_Bar_that_breaks_a_rule_refuses_its_page_whole(string field, string value, string found)
    {
        var good = WireRow.At(FirstMs + (2 * Hour.DurationMs));
        var bad = field switch
        {
            "high" => good with { High = value },
            "low" => good with { Low = value },
            "open" => good with { Open = value },
            "close" => good with { Close = value },
            "volume" => good with { Volume = value },
            _ => good with { TimeMs = good.TimeMs + 1_800_000 },
        };
        var exchange = Make([WireRow.At(FirstMs), WireRow.At(FirstMs + Hour.DurationMs), bad, WireRow.At(FirstMs + (3 * Hour.DurationMs))]);
        var e = await RefusedAsync(exchange, Hours(0, 4));
        Assert.Equal($"{SeriesOf(exchange)} row 2", e.Where);
        Assert.Contains(found, e.Found, StringComparison.Ordinal);
        Assert.Equal(exchange.TextOf(bad), e.Text);
        Assert.Contains(Log.Lines, l => l.StartsWith("Information 3001", StringComparison.Ordinal) && l.Contains(exchange.TextOf(bad), StringComparison.Ordinal));
    }

    [Fact]
    public async Task C09_Pages_before_a_bad_one_are_good()
    {
        var rows = WireRow.Many(FirstMs, Hour, 1_500).ToList();
        rows[1_200] = rows[1_200] with { High = "0.1" };
        var good = new List<BarPage>();
        var source = await ConnectAsync(Make(rows));
        await Assert.ThrowsAsync<BadDataException>(async () =>
        {
            await foreach (var page in source.FetchBarsAsync(Symbol(), Hour, Hours(0, 1_500), Cancel))
                good.Add(page);
        });
        BarAssert.Same([.. rows.Take(1_000)], good);
        BarAssert.Follows(good, FirstMs, FirstMs + (1_000 * Hour.DurationMs));
    }

    [Theory]
    [Rule("B20", "A22")]
    [InlineData(0, 2, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(2, 1, 0)]
    public async Task C10_Rows_that_do_not_rise_are_refused(int first, int second, int third)
    {
        var exchange = Make([]);
        exchange.Next(200, exchange.PageOf(At(first), At(second), At(third)));
        var e = await RefusedAsync(exchange, Hours(0, 3));
        Assert.Contains("rising", e.Expected, StringComparison.Ordinal);
    }

    [Theory]
    [Rule("B20", "A22")]
    [InlineData(-1)]
    [InlineData(3)]
    public async Task C11_Row_outside_the_range_asked_for_is_refused(int hour)
    {
        var exchange = Make([]);
        exchange.Next(200, exchange.PageOf(At(hour)));
        var e = await RefusedAsync(exchange, Hours(0, 3));
        Assert.Contains("asked for", e.Expected, StringComparison.Ordinal);
    }

    [Fact]
    [Rule("B20", "A22")]
    public async Task C12_Answer_cut_at_any_byte_is_refused()
    {
        var exchange = Make([]);
        var page = exchange.PageOf(At(0), At(1));
        var source = await ConnectAsync(exchange);
        for (var length = 0; length < page.Length; length++)
        {
            exchange.Next(200, page[..length]);
            await Assert.ThrowsAsync<BadDataException>(() => ListAsync(source, exchange.Symbol, Hours(0, 3)));
        }
    }

    [Theory]
    [Rule("B20", "A22")]
    [InlineData("<html><body>Welcome</body></html>")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("\"text\"")]
    [InlineData("{\"code\":-1,\"msg\":\"?\"}")]
    [InlineData("[[]]")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("{\"bars\":[]}")]
    [InlineData("{\"bars\":{\"OTHER\":[]}}")]
    public async Task C13_Answer_of_another_shape_is_refused(string body)
    {
        var exchange = Make([]);
        exchange.Next(200, body);
        await RefusedAsync(exchange, Hours(0, 3));
    }

    [Fact]
    public async Task C14_Anything_behind_the_answer_is_refused()
    {
        var exchange = Make([]);
        exchange.Next(200, exchange.PageOf(At(0)) + "]");
        await RefusedAsync(exchange, Hours(0, 3));
    }

    [Fact]
    [Rule("B6", "A10")]
    public async Task C15_Empty_answer_answers_the_range()
    {
        var pages = await FetchAsync(Make([]), Hours(0, 3));
        Assert.All(pages, p => Assert.Equal(0, p.Bars.Count));
        BarAssert.Follows(pages, FirstMs, FirstMs + (3 * Hour.DurationMs));
    }

    [Fact]
    [Rule("B4")]
    public async Task C16_Range_that_begins_before_the_listing_is_answered_from_its_start()
    {
        var pages = await FetchAsync(Make([At(5), At(6)]), Hours(0, 7));
        BarAssert.Same([At(5), At(6)], pages);
        BarAssert.Follows(pages, FirstMs, FirstMs + (7 * Hour.DurationMs));
    }

    [Fact]
    [Rule("B7", "A11")]
    public async Task C17_Hole_at_the_end_of_a_range_is_answered()
    {
        var pages = await FetchAsync(Make([At(0), At(1)]), Hours(0, 7));
        BarAssert.Same([At(0), At(1)], pages);
        BarAssert.Follows(pages, FirstMs, FirstMs + (7 * Hour.DurationMs));
    }

    [Fact]
    public async Task C18_Whole_of_time_can_be_asked_for()
    {
        var exchange = Make([At(0), At(1)]);
        var pages = await FetchAsync(exchange, TimeRange.All);
        BarAssert.Same([At(0), At(1)], pages);
        Assert.Equal(TimeText.MinMs, pages[0].Answered.StartMs);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    public async Task C19_Packed_answer_is_unpacked(string encoding)
    {
        var exchange = Make([]);
        exchange.Next(async context =>
        {
            Assert.Contains(encoding, context.Request.Headers.AcceptEncoding.ToString(), StringComparison.Ordinal);
            context.Response.Headers.ContentEncoding = encoding;
            await using Stream packed = encoding == "br" ? new BrotliStream(context.Response.Body, CompressionLevel.Fastest) : new GZipStream(context.Response.Body, CompressionLevel.Fastest);
            await packed.WriteAsync(Encoding.UTF8.GetBytes(exchange.PageOf(At(0))));
        });
        BarAssert.Same([At(0)], await FetchAsync(exchange, Hours(0, 1)));
    }

    private static WireRow At(int hour) => WireRow.At(FirstMs + (hour * Hour.DurationMs));

    private static TimeRange Hours(int from, int to) => new(FirstMs + (from * Hour.DurationMs), FirstMs + (to * Hour.DurationMs));

    private static string SeriesOf(Exchange exchange) => $"{(exchange is BinanceExchange ? "binance" : "alpaca")}:{exchange.Symbol}:1h";

    private static async Task<List<BarPage>> ListAsync(IMarketDataSource source, string symbol, TimeRange range)
    {
        var pages = new List<BarPage>();
        await foreach (var page in source.FetchBarsAsync(symbol, Hour, range, Cancel))
            pages.Add(page);
        return pages;
    }

    private void SetNow(Exchange exchange, long nowMs) => Clock.Advance(TimeSpan.FromMilliseconds(nowMs - exchange.NowMs));

    private string Symbol() => Make([]).Symbol;

    private async Task<IMarketDataSource> ConnectAsync(Exchange exchange, SourceHttpOptions? options = null)
    {
        _server = await WireServer.StartAsync(exchange.AnswerAsync);
        return exchange.Connect(_server.Url, Log, options ?? new SourceHttpOptions { AttemptTimeout = FastClock.Deadline });
    }

    private async Task<List<BarPage>> FetchAsync(Exchange exchange, TimeRange range, SourceHttpOptions? options = null) =>
        await ListAsync(await ConnectAsync(exchange, options), exchange.Symbol, range);

    private async Task<BadDataException> RefusedAsync(Exchange exchange, TimeRange range) =>
        await Assert.ThrowsAsync<BadDataException>(() => FetchAsync(exchange, range));
}
