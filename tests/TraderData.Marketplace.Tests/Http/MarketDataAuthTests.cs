using Microsoft.Extensions.DependencyInjection;
using TraderData.Api;
using TraderData.Core;

namespace TraderData.Marketplace.Tests;

/// <summary>Bars for callers with a key alone, and for web pages of allowed origins.</summary>
public sealed class MarketDataAuthTests() : MarketTest(null)
{
    private static readonly string[] Paths =
    [
        "/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1h", "/api/data/candles?symbol=BTCUSDT&interval=1h", "/api/data/symbols", "/api/data/coverage?symbol=BTCUSDT&tf=1h",
        "/api/data/revisions?symbol=BTCUSDT&tf=1h",
    ];

    [Fact]
    public async Task Bars_need_a_key_where_that_is_said_and_are_for_no_shared_cache()
    {
        await using var closed = await StartAsync(builder => builder.Services.AddSingleton(new ApiOptions { RequireMarketDataAuth = true }));
        await WriteAsync(closed.Bars);
        var (key, _) = await VendorAsync("acme");
        var (nobody, vendor) = (new MpClient(closed.Client, null), new MpClient(closed.Client, key.Secret));
        var (_, sit) = await DeploymentAsync(vendor);
        foreach (var path in Paths)
        {
            (await nobody.GetAsync(path)).MustFail(401, "UNAUTHORIZED", "trader-data keys create-vendor");
            (await sit.GetAsync(path)).MustFail(403, "FORBIDDEN", "marketdata:read");
            var answer = await vendor.GetAsync(path);
            Assert.True(answer.Status == 200, answer.Text);
            Assert.DoesNotContain("public", answer.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }

        Assert.StartsWith("max-age=86400, private", (await vendor.GetAsync(Paths[1] + "&end=2024-02-01")).Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        (await nobody.GetAsync("/api/marketdata/stream?symbol=BTCUSDT&tf=1h")).MustFail(401, "UNAUTHORIZED");
        foreach (var path in (string[])["/health", "/api/health", "/ready", "/openapi/v1.json", "/"])
            Assert.Equal(200, (await nobody.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Bars_are_open_otherwise()
    {
        await WriteAsync(Host.Bars);
        foreach (var path in Paths)
            Assert.Equal(200, (await Nobody.GetAsync(path)).Status);
        Assert.True((await Nobody.GetAsync(Paths[1] + "&end=2024-02-01")).Headers.CacheControl!.Public);
    }

    [Fact]
    public async Task Web_pages_of_allowed_origins_alone_may_read_answers()
    {
        await using var host = await StartAsync(builder => builder.Services.AddSingleton(new ApiOptions { CorsOrigins = ["https://app.example.com"] }));
        var client = new MpClient(host.Client, null);
        var asked = await client.SendAsync(
            "OPTIONS", "/api/signals/store", null, ("Origin", "https://app.example.com"), ("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization,x-idempotency-key"));
        Assert.Equal("https://app.example.com", Header(asked, "Access-Control-Allow-Origin"));
        Assert.Contains("x-idempotency-key", Header(asked, "Access-Control-Allow-Headers"), StringComparison.Ordinal);
        Assert.Equal("https://app.example.com", Header(await client.SendAsync("GET", "/api/data/symbols", null, ("Origin", "https://app.example.com")), "Access-Control-Allow-Origin"));
        // A refusal is for the page to read, too.
        Assert.Equal("https://app.example.com", Header(await client.SendAsync("GET", "/api/catalog", null, ("Origin", "https://app.example.com")), "Access-Control-Allow-Origin"));
        foreach (var origin in (string[])["https://evil.example.com", "http://app.example.com", "null"])
        {
            Assert.Null(Header(await client.SendAsync("GET", "/api/data/symbols", null, ("Origin", origin)), "Access-Control-Allow-Origin"));
            Assert.Null(Header(await client.SendAsync("OPTIONS", "/api/signals/store", null, ("Origin", origin), ("Access-Control-Request-Method", "POST")), "Access-Control-Allow-Origin"));
        }

        Assert.Null(Header(await Nobody.SendAsync("GET", "/api/data/symbols", null, ("Origin", "https://app.example.com")), "Access-Control-Allow-Origin"));
    }

    private static string? Header(Answer answer, string name) => answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static Task<WriteResult> WriteAsync(IBarStore bars)
    {
        var (series, price, builder) = (new Series("import", "BTCUSDT", Timeframe.H1), new ScaledDecimal(42, 0), new BarBlockBuilder("test"));
        const long startMs = 1_704_067_200_000;
        for (var i = 0; i < 3; i++)
            builder.Add(new Bar(startMs + (i * 3_600_000L), price, price, price, price, price, null, null));
        return bars.WriteAsync(series, new BarWrite(builder.Build(), new Provenance(AssetClass.Crypto), new TimeRange(startMs, startMs + (3 * 3_600_000L))), Cancellation);
    }
}
