using System.Net;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class StreamTests
{
    private static readonly Series Hours = new("binance", "BTCUSDT", Timeframe.H1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bars_are_sent_as_they_are_stored_with_the_row_that_ohlcv_gives()
    {
        var store = await Sample.StoreAsync();
        await using var host = await HostAsync(store);
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h&source=binance");

        await WriteAsync(host, store, "2024-02-01T03:00:00Z", "42400.10");
        await WriteAsync(host, store, "2024-02-01T05:00:00Z", "42500");

        var first = await stream.NextAsync();
        Assert.Equal(("bar", "2024-02-01T03:00:00Z"), (first.Name, first.Id));
        Assert.Equal("2024-02-01T05:00:00Z", (await stream.NextAsync()).Id);
        var answer = await host.GetAsync("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&start=2024-02-01T03:00:00Z&end=2024-02-01T04:00:00Z");
        Assert.Equal($"{{\"success\":true,\"data\":[{first.Data}]}}", answer.Text);
        Assert.Equal("""{"symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2024-02-01T03:00:00Z","open":42400.1,"high":42400.1,"low":42400.1,"close":42400.1,"volume":1}""", first.Data);
    }

    [Fact]
    public async Task Headers_say_that_nothing_is_to_be_kept_or_held_back()
    {
        await using var host = await HostAsync(await Sample.StoreAsync());
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h");

        Assert.Equal(("text/event-stream", "no-store", "no"), (stream.Header("Content-Type"), stream.Header("Cache-Control"), stream.Header("X-Accel-Buffering")));
        var head = await host.SendAsync(HttpMethod.Head, "/api/marketdata/stream?symbol=BTCUSDT&tf=1h");
        Assert.Equal((200, "text/event-stream"), (head.Status, head["Content-Type"]));
    }

    [Theory]
    [InlineData("2024-01-31T21:00:00Z")]
    [InlineData("1706734800000")]
    public async Task Client_that_comes_back_gets_all_that_it_missed_and_then_what_is_new(string lastId)
    {
        var store = await Sample.StoreAsync();
        await using var host = await HostAsync(store);
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h", lastId);

        string[] missed = [(await stream.NextAsync()).Id, (await stream.NextAsync()).Id, (await stream.NextAsync()).Id];
        await WriteAsync(host, store, "2024-02-01T03:00:00Z", "42400");

        Assert.Equal(["2024-01-31T22:00:00Z", "2024-02-01T01:00:00Z", "2024-02-01T02:00:00Z"], missed);
        Assert.Equal("2024-02-01T03:00:00Z", (await stream.NextAsync()).Id);
    }

    [Fact]
    public async Task Long_absence_is_made_up_for_in_full()
    {
        var store = new MemoryBarStore();
        var builder = new BarBlockBuilder("test");
        for (var i = 0; i < 2_500; i++)
            builder.Add(new Bar(i * 60_000L, new(1, 0), new(1, 0), new(1, 0), new(1, 0), new(i, 0)));
        await store.WriteAsync(new Series("binance", "BTCUSDT", Timeframe.M1), new BarWrite(builder.Build(), Provenance.Unknown), Token);
        await using var host = await HostAsync(store);
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1m", "1970-01-01T00:00:00Z");

        for (var i = 1; i < 2_500; i++)
            Assert.Equal(TimeText.Iso(i * 60_000L), (await stream.NextAsync()).Id);
    }

    [Fact]
    public async Task Made_bar_is_sent_when_nothing_more_is_to_come_for_it()
    {
        var store = await Sample.StoreAsync();
        await using var host = await HostAsync(store);
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=2h");

        await WriteAsync(host, store, "2024-02-01T03:00:00Z", "42400");
        var made = await stream.NextAsync();

        Assert.Equal("2024-02-01T02:00:00Z", made.Id);
        Assert.Contains("\"timeframe\":\"2h\"", made.Data);
        Assert.Contains("\"open\":42401.5,\"high\":42450,\"low\":42250,\"close\":42400", made.Data);
    }

    [Fact]
    public async Task Bars_that_may_still_change_are_sent_to_who_asks_and_have_no_id()
    {
        var store = await Sample.StoreAsync();
        await using var host = await HostAsync(store);
        var provisional = host.Services.GetRequiredService<IProvisionalBars>();
        await provisional.PutAsync([(Hours, Sample.Bar("2024-02-01T02:00:00Z", "1", "1", "1", "1", "1")), (Hours, Sample.Bar("2024-02-01T03:00:00Z", "5", "6", "4", "5.50", "0.1"))], Token);
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h&include_provisional=true");
        await using var plain = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h");

        Assert.Equal(
            ("provisional", "", """{"symbol":"BTCUSDT","timeframe":"1h","bar_ts":"2024-02-01T03:00:00Z","open":5,"high":6,"low":4,"close":5.5,"volume":0.1,"provisional":true}"""),
            await stream.NextAsync());
        await WriteAsync(host, store, "2024-02-01T03:00:00Z", "7");
        Assert.Equal(("bar", "2024-02-01T03:00:00Z"), ((await stream.NextAsync()) is var (name, id, _) ? (name, id) : default));
        Assert.Equal("bar", (await plain.NextAsync()).Name);
        await provisional.PutAsync([(Hours, Sample.Bar("2024-02-01T04:00:00Z", "7", "7", "7", "7", "1"))], Token);
        Assert.Contains("2024-02-01T04:00:00Z", (await stream.NextAsync()).Data);
    }

    [Fact]
    public async Task Write_that_nobody_told_of_is_found_by_looking()
    {
        var store = await Sample.StoreAsync();
        await using var host = await HostAsync(store, lookEvery: TimeSpan.FromMilliseconds(100));
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h");

        await WriteAsync(null, store, "2024-02-01T03:00:00Z", "42400");

        Assert.Equal("2024-02-01T03:00:00Z", (await stream.NextAsync()).Id);
    }

    [Fact]
    public async Task Silence_is_broken_by_a_comment_every_fifteen_seconds()
    {
        var time = new HeldTime();
        await using var host = await HostAsync(await Sample.StoreAsync(), time: time);
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h");
        Assert.Equal(": bars of binance:BTCUSDT:1h", await stream.CommentAsync());

        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(TimeSpan.FromSeconds(15), await time.NextWaitAsync(Token));
            time.Pass();
            Assert.Equal(":", await stream.CommentAsync());
        }
    }

    [Fact]
    public async Task Client_that_goes_is_forgotten()
    {
        await using var host = await HostAsync(await Sample.StoreAsync());
        var changes = (MemoryChanges)host.Services.GetRequiredService<IBarChanges>();
        await using (await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h"))
            Assert.Equal(1, changes.Followers);

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while (changes.Followers > 0)
            await Task.Delay(10, patience.Token);
    }

    [Fact]
    public async Task Service_that_stops_ends_its_streams_at_once()
    {
        var host = await HostAsync(await Sample.StoreAsync());
        await using var stream = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h");

        await host.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);

        Assert.True(await stream.HasEndedAsync());
    }

    [Fact]
    public async Task No_more_streams_are_open_than_there_is_room_for()
    {
        await using var host = await HostAsync(await Sample.StoreAsync(), room: 2);
        await using var first = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1h");
        var second = await EventStream.OpenAsync(host, "symbol=BTCUSDT&tf=1d");

        var refused = await host.GetAsync("/api/marketdata/stream?symbol=BTCUSDT&tf=1h");
        Assert.Equal((503, "10"), (refused.Status, refused["Retry-After"]));
        Assert.Contains("\"error\":\"TOO_MANY_STREAMS\",\"message\":\"2 streams are open", refused.Text);

        await second.DisposeAsync();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
        patience.CancelAfter(Patience);
        while (await StatusAsync(host) != HttpStatusCode.OK)
            await Task.Delay(10, patience.Token);
    }

    [Theory]
    [InlineData("tf=1h", 400, "MISSING_PARAMETER")]
    [InlineData("symbol=BTCUSDT", 400, "MISSING_PARAMETER")]
    [InlineData("symbol=btcusdt&tf=1h", 400, "BAD_SYMBOL")]
    [InlineData("symbol=BTCUSDT&tf=60m", 400, "BAD_TIMEFRAME")]
    [InlineData("symbol=BTCUSDT&tf=1h&source=Binance", 400, "BAD_SOURCE")]
    [InlineData("symbol=BTCUSDT&tf=1h&include_provisional=1", 400, "BAD_PROVISIONAL")]
    [InlineData("symbol=BTCUSDT&tf=1h&limit=1", 400, "UNKNOWN_PARAMETER")]
    [InlineData("symbol=BTCUSDT&tf=1h&source=alpaca", 404, "UNKNOWN_SERIES")]
    [InlineData("symbol=NONE&tf=1h", 404, "UNKNOWN_SERIES")]
    [InlineData("symbol=BTCUSDT&tf=5m", 404, "UNKNOWN_SERIES")]
    public async Task Wrong_query_is_refused(string query, int status, string error)
    {
        await using var host = await HostAsync(await Sample.StoreAsync());

        var answer = await host.GetAsync($"/api/marketdata/stream?{query}");

        Assert.Equal(status, answer.Status);
        Assert.Contains($"\"error\":\"{error}\"", answer.Text);
    }

    [Fact]
    public async Task Last_id_that_is_none_is_refused_with_its_text()
    {
        await using var host = await HostAsync(await Sample.StoreAsync());

        var answer = await host.SendAsync(HttpMethod.Get, "/api/marketdata/stream?symbol=BTCUSDT&tf=1h", ("Last-Event-ID", "17"));

        Assert.Equal(400, answer.Status);
        Assert.Contains("\"error\":\"BAD_TIME\"", answer.Text);
        Assert.Contains("was '17'", answer.Text);
    }

    private static Task<ApiHost> HostAsync(MemoryBarStore store, TimeSpan? lookEvery = null, TimeProvider? time = null, int? room = null) => ApiHost.StartAsync(store, builder =>
    {
        if (lookEvery is { } every)
            builder.Services.AddSingleton<IBarChanges>(new MemoryChanges { LookEvery = every });
        if (time is not null)
            builder.Services.AddSingleton(time);
        if (room is { } most)
            builder.Services.AddSingleton(new StreamRoom(most));
    });

    private static async Task<HttpStatusCode> StatusAsync(ApiHost host)
    {
        using var response = await host.Client.GetAsync(new Uri("/api/marketdata/stream?symbol=BTCUSDT&tf=1h", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Token);
        return response.StatusCode;
    }

    private static async Task WriteAsync(ApiHost? host, MemoryBarStore store, string time, string price)
    {
        var builder = new BarBlockBuilder("test");
        builder.Add(Sample.Bar(time, price, price, price, price, "1"));
        await store.WriteAsync(Hours, new BarWrite(builder.Build(), new Provenance(AssetClass.Crypto)), Token);
        (host?.Services.GetRequiredService<IBarChanges>() as MemoryChanges)?.Tell(Hours);
    }
}
