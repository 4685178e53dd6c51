using System.IO.Compression;
using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class CachingTests
{
    private const string Latest = "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h";

    [Fact]
    public async Task Answer_that_the_client_has_is_not_sent_again()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var first = await api.GetAsync(Latest);
        var tag = first["ETag"]!;
        Assert.Matches("^\"[0-9a-f]{16}\"$", tag);
        foreach (var held in new[] { tag, $"W/{tag}", "*", $"\"other\", {tag}", $"\"a,b\" ,W/\"x\",{tag}" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                var again = await api.SendAsync(method, Latest, ("If-None-Match", held));
                Assert.Equal((304, 0), (again.Status, again.Bytes.Length));
                Assert.Equal((tag, first["Cache-Control"], first["Vary"]), (again["ETag"], again["Cache-Control"], again["Vary"]));
            }
        }

        foreach (var other in new[] { "\"other\"", tag.Trim('"'), "W/\"\"", "", tag[..^1] + "-gzip\"" })
            Assert.Equal(200, (await api.SendAsync(HttpMethod.Get, Latest, ("If-None-Match", other))).Status);
    }

    [Fact]
    public async Task Tag_changes_with_any_value_and_with_each_format_field_and_page()
    {
        var store = await Sample.StoreAsync();
        await using var api = await ApiHost.StartAsync(store);
        var tags = new List<string?>();
        foreach (var query in new[] { "", "&limit=4", "&limit=3", "&order=asc", "&format=csv", "&format=ndjson", "&format=parquet" })
            tags.Add((await api.GetAsync(Latest + query))["ETag"]);
        var series = new Series("binance", "BTCUSDT", Timeframe.H1);
        var bar = Sample.Bar("2024-02-01T01:00:00Z", "42546.02", "42590.25", "42398.34", "42401.51", null);
        var changes = new[]
        {
            bar with { Open = Sample.Number("42546.03") }, bar with { High = Sample.Number("42590.26") }, bar with { Low = Sample.Number("42398.33") },
            bar with { Close = Sample.Number("42401.52") }, bar with { Volume = Sample.Number("0") }, bar with { Volume = Sample.Number("1") },
        };
        foreach (var change in changes)
        {
            var builder = new BarBlockBuilder("one");
            builder.Add(change);
            await store.WriteAsync(series, new BarWrite(builder.Build(), Provenance.Unknown), CancellationToken.None);
            tags.Add((await api.GetAsync(Latest))["ETag"]);
        }

        Assert.DoesNotContain(null, tags);
        Assert.Equal(tags.Count, tags.Distinct().Count());
    }

    [Theory]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&start=2024-01-01", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&end=2024-02-02", "public, max-age=86400")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&end=2024-03-01T11:00:00Z", "public, max-age=86400")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&end=2024-03-01T12:00:00Z", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&end=2025-03-01", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&order=asc&limit=2", "public, max-age=86400")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&order=asc", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&end=2020-01-01", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&as_of=2024-03-01T12:33:56Z", "public, max-age=31536000, immutable")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h&as_of=2024-03-01T12:33:57Z", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=2h&as_of=2024-03-01T12:00:00Z", "public, max-age=5")]
    [InlineData("/api/marketdata/ohlcv?symbols=BTCUSDT,BTC/USD&tf=1h&end=2024-02-02", "public, max-age=86400")]
    [InlineData("/api/marketdata/ohlcv?symbols=BTCUSDT,BTC/USD&tf=1h&end=2024-02-02&start=2024-02-01", "public, max-age=5")]
    [InlineData("/api/data/candles?symbol=BTCUSDT&interval=1h&end=2024-02-02", "public, max-age=86400")]
    public async Task Closed_past_is_kept_long_and_the_live_edge_shortly(string request, string expected)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.GetAsync(request);
        Assert.Equal((200, expected), (answer.Status, answer["Cache-Control"]));
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br", "br")]
    [InlineData("gzip;q=1.0, br;q=0.5", "gzip")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("gzip;q=0, *;q=0.5", "br")]
    [InlineData("*", "br")]
    [InlineData("deflate", null)]
    [InlineData("identity", null)]
    [InlineData("identity;q=1, gzip;q=0.5", null)]
    [InlineData("identity;q=0.5, gzip;q=0.8", "gzip")]
    [InlineData("gzip;q=0", null)]
    [InlineData("", null)]
    [InlineData(";;;", null)]
    public async Task Long_answer_is_compressed_as_the_client_likes_best(string accept, string? coding)
    {
        await using var api = await ApiHost.StartAsync(await LongSeries.StoreAsync(3_000));
        foreach (var request in new[] { "limit=300", "limit=3000", "limit=3000&format=csv", "limit=500&format=ndjson" })
        {
            var target = $"/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&{request}";
            var plain = await api.GetAsync(target);
            var answer = await api.SendAsync(HttpMethod.Get, target, ("Accept-Encoding", accept));
            Assert.Equal(coding, answer["Content-Encoding"]);
            Assert.Equal("Accept, Accept-Encoding", answer["Vary"]);
            Assert.Equal(plain.Bytes, Decode(answer));
            Assert.Equal(coding is null ? plain["ETag"] : $"{plain["ETag"]![..^1]}-{coding}\"", answer["ETag"]);
            Assert.Equal(coding is null ? plain["Content-Length"] : null, answer["Content-Length"]);
            Assert.Equal(304, (await api.SendAsync(HttpMethod.Get, target, ("Accept-Encoding", accept), ("If-None-Match", answer["ETag"]!))).Status);
        }
    }

    [Theory]
    [InlineData("limit=10", "gzip, br", null)]
    [InlineData("limit=1000&format=parquet", "gzip, br", null)]
    [InlineData("limit=10", "gzip, identity;q=0", "gzip")]
    [InlineData("limit=1000&format=parquet", "br, *;q=0", "br")]
    [InlineData("limit=10", "deflate, *;q=0", null)]
    public async Task What_is_small_or_compressed_already_stays_as_it_is_unless_it_is_refused(string query, string accept, string? coding)
    {
        await using var api = await ApiHost.StartAsync(await LongSeries.StoreAsync(3_000));
        var target = $"/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&{query}";
        var answer = await api.SendAsync(HttpMethod.Get, target, ("Accept-Encoding", accept));
        Assert.Equal(coding, answer["Content-Encoding"]);
        Assert.Equal((await api.GetAsync(target)).Bytes, Decode(answer));
    }

    [Theory]
    [InlineData("/api/data/symbols")]
    [InlineData("/api/data/coverage?symbol=BTCUSDT&tf=1h")]
    [InlineData("/api/data/revisions?symbol=BTCUSDT&tf=1d")]
    public async Task What_is_told_of_bars_is_tagged_and_compressed_too(string request)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var plain = await api.GetAsync(request);
        Assert.Equal(("no-cache", "Accept-Encoding"), (plain["Cache-Control"], plain["Vary"]));
        foreach (var coding in new[] { "identity", "gzip, identity;q=0", "br, identity;q=0" })
        {
            var answer = await api.SendAsync(HttpMethod.Get, request, ("Accept-Encoding", coding));
            Assert.Equal(plain.Bytes, Decode(answer));
            Assert.Equal(coding == "identity", answer["ETag"] == plain["ETag"]);
            Assert.Equal(304, (await api.SendAsync(HttpMethod.Get, request, ("Accept-Encoding", coding), ("If-None-Match", answer["ETag"]!))).Status);
        }
    }

    private static byte[] Decode(Answer answer)
    {
        using var coded = new MemoryStream(answer.Bytes);
        using Stream plain = answer["Content-Encoding"] switch
        {
            "br" => new BrotliStream(coded, CompressionMode.Decompress),
            "gzip" => new GZipStream(coded, CompressionMode.Decompress),
            _ => coded,
        };
        using var whole = new MemoryStream();
        plain.CopyTo(whole);
        return whole.ToArray();
    }
}
