using System.Text.RegularExpressions;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>What a Prometheus reads of a running service.</summary>
public sealed partial class MetricsTests(ScrapedService service) : IClassFixture<ScrapedService>
{
    [Fact]
    public void Every_documented_metric_is_scraped_and_every_own_one_is_documented()
    {
        Assert.Empty(MetricsTable.Names().Except(service.Scrape.Types.Keys, StringComparer.Ordinal));
        Assert.Empty(service.Scrape.Types.Keys.Where(name => name.StartsWith("trader_data_", StringComparison.Ordinal)).Except(MetricsTable.Names(), StringComparer.Ordinal));
    }

    [Fact]
    public void Values_are_those_of_what_was_done()
    {
        var scrape = service.Scrape;
        var written = scrape.Sum("trader_data_bars_written_total", ("source", "binance"), ("timeframe", "1m"));
        Assert.InRange(written, 1, service.RowsAfter);
        Assert.Equal(1, scrape.Sum("trader_data_ingest_series", ("source", "binance"), ("timeframe", "1m")));
        Assert.InRange(scrape.Sum("trader_data_ingest_lag_seconds"), 0, 120);
        Assert.True(scrape.Sum("trader_data_job_runs_total", ("job_name", "ingest:binance:1m"), ("outcome", "succeeded")) >= 1);
        Assert.True(scrape.Sum("trader_data_source_requests_total", ("source", "binance"), ("outcome", "ok")) >= 2);
        Assert.Equal(6_000, scrape.Sum("trader_data_budget_limit", ("source", "binance")));
        Assert.Equal(0, scrape.Sum("trader_data_budget_blocked_seconds", ("source", "binance")));
        Assert.Equal(1, scrape.Sum("trader_data_streams_open"));
        Assert.Equal(0, scrape.Sum("trader_data_outbox_waiting"));
        Assert.Equal(0, scrape.Sum("trader_data_training_runs", ("status", "queued")));
        Assert.InRange(scrape.Sum("trader_data_round_age_seconds"), 0, 600);
        Assert.Equal(3, scrape.Sum("http_server_request_duration_seconds_count", ("http_route", "/api/marketdata/ohlcv"), ("http_response_status_code", "200")));
        Assert.True(scrape.Sum("trader_data_block_cache_hits_total") + scrape.Sum("trader_data_block_cache_misses_total") > 0);
    }

    [Fact]
    public void No_label_names_a_symbol()
    {
        Assert.DoesNotContain(service.Scrape.Samples, sample => sample.Labels.Values.Any(value => value.Contains("BTCUSDT", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("deploy/grafana/trader-data.json")]
    [InlineData("deploy/prometheus/alerts.yml")]
    public void Dashboard_and_alerts_use_only_metrics_that_are_scraped(string file)
    {
        var names = Name().Matches(File.ReadAllText(Path.Combine(RepositoryFolder.Root, file))).Select(match => match.Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.NotEmpty(names);
        Assert.Empty(names.Except(service.Scrape.Samples.Select(sample => sample.Name), StringComparer.Ordinal));
    }

    [GeneratedRegex("\\b(trader_data|http_server|dotnet|kestrel)_[a-z0-9_]+", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Name();
}
