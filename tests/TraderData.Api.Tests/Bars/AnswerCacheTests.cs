using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class AnswerCacheTests
{
    private static readonly AnswerKey Key = new(BarAnswer.Ohlcv, "?symbol=BTCUSDT", "\"0\"");

    [Theory]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=1000")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=3&format=csv")]
    [InlineData("/api/data/candles?symbol=BTCUSDT&interval=1m&limit=1000&start=2024-01-01T01:00:00Z")]
    [InlineData("/api/data/candles?symbol=BTCUSDT&interval=1m&limit=30000")]
    public async Task Answer_is_the_same_however_often_it_is_asked_for_and_new_when_a_bar_changes(string request)
    {
        var store = await LongSeries.StoreAsync(30_000);
        await using var api = await ApiHost.StartAsync(store);
        var first = await api.GetAsync(request);
        for (var i = 0; i < 4; i++)
        {
            var again = await api.GetAsync(request);
            Assert.Equal((first.Text, first["ETag"], first["Content-Type"]), (again.Text, again["ETag"], again["Content-Type"]));
        }

        // The last bar and one of the first thousand.
        foreach (var changed in new[] { 29_999, 600 })
        {
            var bar = LongSeries.Block(changed, 1).At(0);
            var builder = new BarBlockBuilder("one");
            builder.Add(bar with { Volume = Sample.Number("77777.7") });
            await store.WriteAsync(LongSeries.Series, new BarWrite(builder.Build(), Provenance.Unknown), TestContext.Current.CancellationToken);
        }

        Assert.Contains("77777.7", (await api.GetAsync(request)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Answer_is_worth_keeping_from_the_second_time_on()
    {
        using var cache = new AnswerCache();
        Assert.False(cache.Note(Key));
        Assert.False(cache.Note(Key with { Tag = "\"1\"" }));
        Assert.True(cache.Note(Key with { Tag = "\"1\"" }));
    }

    [Fact]
    public void Kept_is_what_was_sent_for_that_form_query_and_tag()
    {
        using var cache = new AnswerCache();
        byte[] body = [1, 2, 3];
        cache.Keep(Key, body);
        Assert.Same(body, cache.Find(new AnswerKey(BarAnswer.Ohlcv, "?symbol=BTCUSDT", "\"0\"")));
        foreach (var other in new[] { Key with { Form = BarAnswer.Candles }, Key with { Query = "?symbol=ETHUSDT" }, Key with { Tag = "\"1\"" } })
            Assert.Null(cache.Find(other));
    }

    [Fact]
    public void Kept_answers_stay_within_sixteen_mebibytes()
    {
        using var cache = new AnswerCache();
        var keys = Enumerable.Range(0, 100).Select(i => Key with { Query = $"?{i}" }).ToList();
        foreach (var key in keys)
            cache.Keep(key, new byte[AnswerCache.MaxAnswerBytes]);
        Assert.InRange(keys.Count(key => cache.Find(key) is not null), 1, 7);
    }

    [Fact]
    public async Task Long_answer_finds_room_among_many_short_ones()
    {
        using var cache = new AnswerCache();
        for (var i = 0; i < 200; i++)
            cache.Keep(Key with { Query = $"?{i}" }, new byte[150_000]);
        var body = new byte[AnswerCache.MaxAnswerBytes];
        // Room is made on the side, after the first that found none.
        for (var i = 0; i < 100 && cache.Find(Key) is null; i++)
        {
            cache.Keep(Key, body);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        Assert.Same(body, cache.Find(Key));
    }
}
