using System.Globalization;
using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>A service that has done one of each: ingested, streamed, run jobs, answered, followed a client and published a round. Scraped when all of it is told.</summary>
public sealed class ScrapedService : IAsyncLifetime
{
    // A streamed minute has to close.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder _folder = new();
    private SimulatorHost? _exchange;
    private TraderDataProcess? _service;

    /// <summary>What is scraped at the end.</summary>
    internal PrometheusText Scrape { get; private set; } = null!;

    /// <summary>The bars that are held at the end of it, by the API.</summary>
    public long RowsAfter { get; private set; }

    public async ValueTask InitializeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        _exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), limit.Token);
        var settings = Settings();
        await PublishRoundAsync(settings);
        _service = TraderDataProcess.Start(settings, "serve", "--urls", "http://127.0.0.1:0");
        var url = (await _service.WaitForAsync("Listening on ", limit.Token)).Split(' ')[2].TrimEnd('.');
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        await UntilAsync(client, scrape => scrape.Types.ContainsKey("trader_data_bars_written_total"), limit.Token);
        using var follower = await client.GetAsync(new Uri("/api/marketdata/stream?symbol=BTCUSDT&tf=1m", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, limit.Token);
        Assert.True(follower.IsSuccessStatusCode);
        for (var i = 0; i < 3; i++)
            (await client.GetAsync(new Uri("/api/marketdata/ohlcv?symbol=BTCUSDT&tf=1m&limit=10", UriKind.Relative), limit.Token)).EnsureSuccessStatusCode().Dispose();
        var known = MetricsTable.Names();
        Scrape = await UntilAsync(client, scrape => known.All(scrape.Types.ContainsKey) && HasIngested(scrape), limit.Token);
        using var symbols = System.Text.Json.JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/data/symbols", UriKind.Relative), limit.Token));
        RowsAfter = symbols.RootElement.GetProperty("data").EnumerateArray().Where(s => s.GetProperty("symbol").GetString() == "BTCUSDT")
            .SelectMany(s => s.GetProperty("timeframes").EnumerateArray()).Sum(t => t.GetProperty("rows").GetInt64());
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
            await _service.DisposeAsync();
        if (_exchange is not null)
            await _exchange.DisposeAsync();
        _folder.Dispose();
    }

    // The last one when time is over, so that the tests tell what is missing of it.
    private static async Task<PrometheusText> UntilAsync(HttpClient client, Func<PrometheusText, bool> isWanted, CancellationToken cancellationToken)
    {
        var last = PrometheusText.Parse("");
        try
        {
            do
            {
                await Task.Delay(200, cancellationToken);
                last = PrometheusText.Parse(await client.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken));
            }
            while (!isWanted(last));
        }
        catch (OperationCanceledException)
        {
            // Told by the tests.
        }

        return last;
    }

    // A job is counted when it ends, its bars and requests before; other jobs may have ended first.
    private static bool HasIngested(PrometheusText scrape) => scrape.Sum("trader_data_job_runs_total", ("job_name", "ingest:binance:1m"), ("outcome", "succeeded")) >= 1;

    private Dictionary<string, string> Settings() => new()
    {
        ["TRADER_DATA_DIR"] = Path.Combine(_folder.Path, "data"),
        ["ROUND_SIGNING_KEY"] = Path.Combine(_folder.Path, "key.pem"),
        ["BINANCE_BASE_URL"] = _exchange!.BaseUrl.ToString(),
        ["BINANCE_STREAM_URL"] = _exchange.StreamUrl.ToString(),
        ["TraderData__StreamsEnabled"] = "true",
        ["TraderData__WatchList__0"] = "binance:BTCUSDT@1m",
    };

    private async Task PublishRoundAsync(Dictionary<string, string> settings)
    {
        var first = DateTimeOffset.UnixEpoch.AddDays(19_000).ToUnixTimeMilliseconds();
        var bars = Path.Combine(_folder.Path, "bars.csv");
        await File.WriteAllLinesAsync(bars, Enumerable.Range(0, 200).Select(bar => string.Create(
            CultureInfo.InvariantCulture, $"{first + (bar * 3_600_000L)},40000,40010,39990,{40_000 + (bar % 7)},1.5")).Prepend("timestamp,open,high,low,close,volume"));
        (await TraderDataProcess.RunAsync(settings, "round", "keygen", "--output", settings["ROUND_SIGNING_KEY"])).Expect(0);
        (await TraderDataProcess.RunAsync(settings, "import", "csv", bars, "--source", "binance", "--symbol", "ETHUSDT", "--timeframe", "1h")).Expect(0);
        (await TraderDataProcess.RunAsync(
            settings, "round", "create", "--name", "hours", "--universe", "binance:ETHUSDT", "--timeframes", "1h", "--start", Text(first), "--end", Text(first + (200 * 3_600_000L)),
            "--splits", "0.6,0.2,0.2", "--horizons", "1", "--embargo", "20", "--features", "hour", "--expires-after", "30d", "--publish")).Expect(0);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
