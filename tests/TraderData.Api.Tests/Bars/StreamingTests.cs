using System.Text.Json;
using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class StreamingTests
{
    [Fact]
    public async Task Long_answer_is_streamed_and_whole()
    {
        await using var api = await ApiHost.StartAsync(await LongSeries.StoreAsync(50_001));
        var answer = await api.GetAsync("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=50000");
        Assert.True(answer.Headers.TransferEncodingChunked);
        using var json = JsonDocument.Parse(answer.Text);
        var rows = json.RootElement.GetProperty("data");
        Assert.Equal(50_000, rows.GetArrayLength());
        Assert.Equal("2024-02-04T17:20:00Z", rows[0].GetProperty("bar_ts").GetString());
        Assert.Equal("2024-01-01T00:01:00Z", rows[49_999].GetProperty("bar_ts").GetString());
        Assert.True(json.RootElement.TryGetProperty("next_cursor", out _));
    }

    [Fact]
    public async Task Answer_of_any_length_is_whole_json()
    {
        // Around the size of the buffer, where the last row, the closing and the first send meet.
        await using var api = await ApiHost.StartAsync(await LongSeries.StoreAsync(2_000, blockRows: 7));
        foreach (var limit in Enumerable.Range(560, 60).Append(1_999).Append(2_000))
        {
            var answer = await api.GetAsync($"/api/data/candles?symbol=BTCUSDT&interval=1m&limit={limit}");
            using var json = JsonDocument.Parse(answer.Text);
            Assert.Equal(limit, json.RootElement.GetProperty("data").GetArrayLength());
            Assert.Equal(limit < 2_000, json.RootElement.TryGetProperty("next_cursor", out _));
        }
    }

    [Theory]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=20000")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=20")]
    [InlineData("/api/data/candles?symbol=BTCUSDT&interval=1m&limit=2000&format=csv")]
    [InlineData("/api/data/candles?symbol=BTCUSDT&interval=1m&limit=2000&format=ndjson&fields=close")]
    [InlineData("/api/data/candles?symbol=BTCUSDT&interval=1m&limit=2000&format=parquet")]
    public async Task Head_gives_the_headers_of_get_and_no_body(string request)
    {
        await using var api = await ApiHost.StartAsync(await LongSeries.StoreAsync(20_000));
        foreach (var coding in new[] { "identity", "gzip", "br" })
        {
            var get = await api.SendAsync(HttpMethod.Get, request, ("Accept-Encoding", coding));
            var head = await api.SendAsync(HttpMethod.Head, request, ("Accept-Encoding", coding));
            Assert.Equal((200, 200, 0), (get.Status, head.Status, head.Bytes.Length));
            Assert.Equal(HeadersOf(get), HeadersOf(head));
        }

        static IEnumerable<string> HeadersOf(Answer answer) => answer.Headers.Concat(answer.ContentHeaders)
            .Where(h => h.Key is not "Date" and not "Transfer-Encoding").Select(h => $"{h.Key}: {string.Join(", ", h.Value)}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    public async Task Client_that_goes_away_stops_the_work(string format)
    {
        // The read never ends by itself: after the tenth block it waits until it is cancelled.
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var store = new FaultyStore(await LongSeries.StoreAsync(20_000))
        {
            AfterBlock = (blocks, cancellationToken) =>
            {
                if (blocks < 10)
                    return Task.CompletedTask;
                reached.TrySetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            },
        };
        await using var api = await ApiHost.StartAsync(store);
        var request = new Uri($"/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=20000&format={format}", UriKind.Relative);
        using var patience = new CancellationTokenSource();
        var answer = api.Client.GetAsync(request, patience.Token);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await store.ReadEnded.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.DoesNotContain(api.Log.Entries, e => e.Id is 6000 or 6001);
    }

    [Fact]
    public async Task Pages_neither_repeat_nor_skip_a_row_when_bars_arrive_between_them()
    {
        var store = await LongSeries.StoreAsync(100);
        await using var api = await ApiHost.StartAsync(store);
        var times = new List<string>();
        var cursor = "";
        var next = 100;
        do
        {
            var answer = await api.GetAsync($"/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=30{cursor}");
            using var json = JsonDocument.Parse(answer.Text);
            times.AddRange(json.RootElement.GetProperty("data").EnumerateArray().Select(row => row.GetProperty("bar_ts").GetString()!));
            cursor = json.RootElement.TryGetProperty("next_cursor", out var value) ? $"&cursor={value.GetString()}" : "";
            await store.WriteAsync(LongSeries.Series, new BarWrite(LongSeries.Block(next, 5), Provenance.Unknown), TestContext.Current.CancellationToken);
            next += 5;
        }
        while (cursor.Length > 0);

        Assert.Equal(Enumerable.Range(0, 100).Reverse().Select(i => TimeText.Iso(LongSeries.Start + (i * 60_000L))), times);
    }
}
