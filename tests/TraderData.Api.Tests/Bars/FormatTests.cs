using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Api.Tests;

public sealed class FormatTests
{
    private const string Latest = "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&limit=2";

    [Theory]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json; charset=utf-8", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("", "application/json")]
    [InlineData("what is this", "application/json")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/json")]
    [InlineData("text/csv", "text/csv")]
    [InlineData("TEXT/CSV;header=present", "text/csv")]
    [InlineData("text/*", "text/csv")]
    [InlineData("text/csv, */*", "text/csv")]
    [InlineData("text/csv;q=0.4, application/x-ndjson;q=0.6", "application/x-ndjson")]
    [InlineData("application/*;q=0.5, text/csv;q=0.4", "application/json")]
    [InlineData("application/json;q=0, application/*", "application/x-ndjson")]
    [InlineData("application/json;q=0.1, application/vnd.apache.parquet", "application/vnd.apache.parquet")]
    [InlineData("*/*;q=0.1, application/json;q=0", "text/csv")]
    public async Task Accept_chooses_the_format(string accept, string type)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.SendAsync(HttpMethod.Get, Latest, ("Accept", accept));
        Assert.Equal(200, answer.Status);
        Assert.Equal(type, answer.ContentHeaders.ContentType?.MediaType);
        Assert.Equal("Accept, Accept-Encoding", answer["Vary"]);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/*, text/csv;q=0")]
    [InlineData("*/*;q=0")]
    public async Task Accept_of_nothing_there_is_gives_406(string accept)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.SendAsync(HttpMethod.Get, Latest, ("Accept", accept));
        Assert.Equal(406, answer.Status);
        Assert.Equal(
            $$"""{"success":false,"error":"NOT_ACCEPTABLE","message":"Accept is '{{accept}}', and there is application/json, text/csv, application/x-ndjson, application/vnd.apache.parquet; or choose by format=json|csv|ndjson|parquet"}""",
            answer.Text);
    }

    [Fact]
    public async Task Parameter_wins_over_Accept()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.SendAsync(HttpMethod.Get, Latest + "&format=csv", ("Accept", "text/html"));
        Assert.Equal("text/csv; charset=utf-8", answer["Content-Type"]);
    }

    [Theory]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    public async Task Pages_of_formats_without_an_envelope_lead_on_by_header(string format)
    {
        await using var api = await ApiHost.StartAsync(await LongSeries.StoreAsync(1_000, blockRows: 7));
        var next = $"/api/data/candles?symbol=BTCUSDT&interval=1m&start=2024-01-01T01:00:00%2B01:00&limit=300&fields=timestamp&format={format}";
        var times = new List<long>();
        for (var pages = 1; ; pages++)
        {
            var answer = await api.GetAsync(next);
            Assert.Equal(200, answer.Status);
            times.AddRange(TimesOf(answer, format));
            if (answer["Link"] is not { } link)
            {
                Assert.Null(answer["X-Next-Cursor"]);
                Assert.Equal(4, pages);
                break;
            }

            Assert.EndsWith($"cursor={answer["X-Next-Cursor"]}>; rel=\"next\"", link, StringComparison.Ordinal);
            next = link[1..link.IndexOf('>', StringComparison.Ordinal)];
        }

        Assert.Equal(Enumerable.Range(0, 1_000).Select(i => LongSeries.Start + (i * 60_000L)), times);
    }

    [Fact]
    public async Task Rows_of_every_format_and_field_say_the_same()
    {
        var store = new MemoryBarStore(blockRows: 2);
        var builder = new BarBlockBuilder("all");
        builder.Add(new Bar(LongSeries.Start, Sample.Number("3"), Sample.Number("4"), Sample.Number("1.5"), Sample.Number("2.25"), null, Sample.Number("2.125"), 7));
        builder.Add(new Bar(LongSeries.Start + 60_000, Sample.Number("3"), Sample.Number("3"), Sample.Number("3"), Sample.Number("3"), Sample.Number("0.001")));
        builder.Add(new Bar(LongSeries.Start + 120_000, Sample.Number("3"), Sample.Number("3"), Sample.Number("3"), Sample.Number("3"), Sample.Number("1000"), null, 0));
        await store.WriteAsync(LongSeries.Series, new BarWrite(builder.Build(), Provenance.Unknown), CancellationToken.None);
        await using var api = await ApiHost.StartAsync(store);
        const string Query = "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&fields=source,trades,vwap,volume,close,low,high,open,bar_ts,timeframe,symbol&format=";
        Assert.Equal(
            """
            source,trades,vwap,volume,close,low,high,open,bar_ts,timeframe,symbol
            binance,0,,1000,3,3,3,3,2024-01-01T00:02:00Z,1m,BTCUSDT
            binance,,,0.001,3,3,3,3,2024-01-01T00:01:00Z,1m,BTCUSDT
            binance,7,2.125,,2.25,1.5,4,3,2024-01-01T00:00:00Z,1m,BTCUSDT

            """,
            (await api.GetAsync(Query + "csv")).Text);
        Assert.Equal(
            """
            {"source":"binance","trades":0,"vwap":null,"volume":1000,"close":3,"low":3,"high":3,"open":3,"bar_ts":"2024-01-01T00:02:00Z","timeframe":"1m","symbol":"BTCUSDT"}
            {"source":"binance","trades":null,"vwap":null,"volume":0.001,"close":3,"low":3,"high":3,"open":3,"bar_ts":"2024-01-01T00:01:00Z","timeframe":"1m","symbol":"BTCUSDT"}
            {"source":"binance","trades":7,"vwap":2.125,"volume":null,"close":2.25,"low":1.5,"high":4,"open":3,"bar_ts":"2024-01-01T00:00:00Z","timeframe":"1m","symbol":"BTCUSDT"}

            """,
            (await api.GetAsync(Query + "ndjson")).Text);
        var lines = (await api.GetAsync(Query + "ndjson")).Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal($$"""{"success":true,"data":[{{string.Join(',', lines)}}]}""", (await api.GetAsync(Query + "json")).Text);
        var file = new ParquetReader((await api.GetAsync(Query + "parquet")).Bytes);
        Assert.Equal("source trades vwap volume close low high open bar_ts timeframe symbol", string.Join(' ', file.Footer.Schema.Columns.Select(c => c.Name)));
        Assert.Equal([0, BarBlock.Missing, 7], file.ReadInt64("trades"));
        Assert.Equal([BarBlock.Missing, BarBlock.Missing, 2_125], file.ReadInt64("vwap"));
        Assert.Equal([1_000_000, 1, BarBlock.Missing], file.ReadInt64("volume"));
        Assert.Equal([300, 300, 225], file.ReadInt64("close"));
        Assert.Equal([3, 3, 3], file.ReadInt64("open"));
        Assert.All(file.ReadText("symbol"), symbol => Assert.Equal("BTCUSDT", symbol));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("csv")]
    [InlineData("ndjson")]
    [InlineData("parquet")]
    public async Task Same_bars_give_the_same_bytes_and_tag_however_a_store_cuts_and_scales_them(string format)
    {
        var answers = new List<(string Body, string? Tag)>();
        foreach (var (blockRows, digits) in new[] { (1, 0), (7, 3), (5_000, 9) })
        {
            var store = new MemoryBarStore(blockRows);
            var bars = LongSeries.Block(0, 3_000);
            await store.WriteAsync(LongSeries.Series, new BarWrite(bars.Rescale(2 + digits, 5 + digits, 0), Provenance.Unknown), CancellationToken.None);
            await using var api = await ApiHost.StartAsync(store);
            foreach (var query in new[] { "limit=2000", "limit=100&order=asc", "fields=bar_ts,vwap,volume&order=asc", "as_of=2024-02-26" })
            {
                var answer = await api.GetAsync($"/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&format={format}&{query}");
                Assert.Equal(200, answer.Status);
                answers.Add((Convert.ToBase64String(answer.Bytes), answer["ETag"]));
            }
        }

        Assert.Equal(answers[..4], answers[4..8]);
        Assert.Equal(answers[..4], answers[8..]);
        Assert.Equal(4, answers.Select(a => a.Tag).Distinct().Count());
    }

    [Fact]
    public async Task Parquet_that_no_scale_holds_is_refused_by_name()
    {
        var store = new MemoryBarStore(blockRows: 1);
        foreach (var (minute, price) in new[] { (0, "0.000000000000000001"), (1, "999999999999999999") })
        {
            var builder = new BarBlockBuilder("extremes");
            builder.Add(Sample.Bar($"2024-01-01T00:0{minute}:00Z", price, price, price, price, "1"));
            await store.WriteAsync(new Series("binance", $"P{minute}", Timeframe.M1), new BarWrite(builder.Build(), Provenance.Unknown), CancellationToken.None);
        }

        await using var api = await ApiHost.StartAsync(store);
        Assert.Equal(200, (await api.GetAsync("/api/marketdata/ohlcv?symbols=P0,P1&tf=1m&format=csv")).Status);
        var answer = await api.GetAsync("/api/marketdata/ohlcv?symbols=P0,P1&tf=1m&format=parquet");
        Assert.Equal(406, answer.Status);
        Assert.Contains("\"NOT_ACCEPTABLE\"", answer.Text, StringComparison.Ordinal);
        Assert.Contains("binance:P1:1m 2024-01-01T00:01:00Z: open 999999999999999999", answer.Text, StringComparison.Ordinal);
    }

    private static IEnumerable<long> TimesOf(Answer answer, string format) => format switch
    {
        "parquet" => new ParquetReader(answer.Bytes).ReadInt64("timestamp"),
        "csv" => answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(long.Parse),
        _ => answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => long.Parse(line.AsSpan("{\"timestamp\":".Length).TrimEnd('}'))),
    };
}
