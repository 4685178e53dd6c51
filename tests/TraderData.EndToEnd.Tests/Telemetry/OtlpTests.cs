using System.Net.Http.Headers;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>What a collector gets.</summary>
public sealed class OtlpTests(PostgresServer postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Collector_gets_metrics_and_spans_and_no_secret()
    {
        var database = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync(TestContext.Current.CancellationToken));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await using var collector = await Collector.StartAsync(limit.Token);
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string>
        {
            ["TRADER_DATA_DIR"] = folder.Path,
            ["DATABASE_URL"] = database,
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
            ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
            ["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment=here",
            // Switches of the libraries that would let queries through.
            ["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true",
        };
        await using var service = TraderDataProcess.Start(settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
        var main = new Uri((await service.WaitForAsync("Listening on ", limit.Token)).Split(' ')[2].TrimEnd('.'));
        // Traces begin behind the start.
        await collector.WaitForAsync("/v1/metrics", "trader_data.block_cache.bytes", limit.Token);
        using var client = new HttpClient { BaseAddress = main };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "vk_hush-hush");
        using var answer = await client.GetAsync(new Uri("/api/marketdata/ohlcv?symbol=NOTHELD&tf=1m&sig=hush-hush", UriKind.Relative), limit.Token);
        using var bars = await client.GetAsync(new Uri("/api/marketdata/ohlcv?symbol=NOTHELD&tf=1m", UriKind.Relative), limit.Token);

        await collector.WaitForAsync("/v1/traces", "/api/marketdata/ohlcv", limit.Token);
        await collector.WaitForAsync("/v1/traces", "Npgsql", limit.Token);
        await collector.WaitForAsync("/v1/metrics", "http.server.request.duration", limit.Token);

        await service.TerminateAsync();
        var all = collector.TextOf("/v1/traces") + collector.TextOf("/v1/metrics");
        Assert.Contains("trader-data", all, StringComparison.Ordinal);
        Assert.Contains("deployment.environment", all, StringComparison.Ordinal);
        Assert.Contains("trader_data.outbox.waiting", all, StringComparison.Ordinal);
        foreach (var secret in (string[])["hush-hush", "NOTHELD", "Bearer", "Password"])
            Assert.DoesNotContain(secret, all, StringComparison.OrdinalIgnoreCase);
    }
}
