using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>Bars go to Lona's gateway by hand and on a schedule.</summary>
public sealed class LonaCommandTests : IAsyncLifetime
{
    private const string Name = "BTCUSDT_1h_20240101_20240201";
    private static readonly string[] Range = ["--symbol", "BTCUSDT", "--timeframe", "1h", "--start", "2024-01-01", "--end", "2024-02-01"];

    private readonly TemporaryFolder _folder = new();
    private StandInGateway _gateway = null!;
    private SimulatorHost _exchange = null!;
    private Dictionary<string, string> _settings = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _gateway = await StandInGateway.StartAsync();
        _exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), Cancellation);
        _settings = new Dictionary<string, string>
        {
            ["TRADER_DATA_DIR"] = Path.Combine(_folder.Path, "data"),
            ["BINANCE_BASE_URL"] = _exchange.BaseUrl.ToString(),
            ["ALPACA_DATA_URL"] = _exchange.BaseUrl.ToString(),
            ["LONA_GATEWAY_URL"] = _gateway.Address.ToString(),
            ["LONA_AGENT_TOKEN"] = StandInGateway.Token,
            ["LONA_AGENT_ID"] = StandInGateway.Agent,
        };
        (await RunAsync(["backfill", "--source", "binance", "--symbols", .. Range[1..]])).Expect(0);
    }

    public async ValueTask DisposeAsync()
    {
        await _exchange.DisposeAsync();
        await _gateway.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Series_is_uploaded_listed_replaced_and_deleted()
    {
        var uploaded = (await RunAsync(["lona", "upload", .. Range])).Expect(0);
        var symbol = Assert.Single(_gateway.Symbols.Values);
        Assert.Equal((symbol.Id + "\n", Name), (uploaded.Output, symbol.Name));
        Assert.Equal(745, symbol.Data.TrimEnd().Split('\n').Length);
        Assert.StartsWith("timestamp,open,high,low,close,volume\n2024-01-01 00:00:00,", symbol.Data, StringComparison.Ordinal);
        Assert.Contains($"{Name}: 744 bars uploaded, and the gateway has them as {symbol.Id}", uploaded.Error, StringComparison.Ordinal);

        // The file of an export says the same, and the name is taken.
        var file = Path.Combine(_folder.Path, "btc.csv");
        (await RunAsync(["export", "lona", .. Range, "--time-format", "datetime", "--output", file])).Expect(0);
        Assert.Contains("or upload with --replace", (await RunAsync(["lona", "upload", "--file", file])).Expect(1).Error, StringComparison.Ordinal);
        var replaced = (await RunAsync(["lona", "upload", "--file", file, "--replace"])).Expect(0).Output.Trim();
        Assert.Equal(symbol.Data, Assert.Single(_gateway.Symbols.Values).Data);
        Assert.Contains($"{replaced}  {Name}", (await RunAsync(["lona", "list"])).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains($"\"name\": \"{Name}\"", (await RunAsync(["lona", "list", "--json"])).Expect(0).Output, StringComparison.Ordinal);
        (await RunAsync(["lona", "delete", "--name", Name])).Expect(0);
        Assert.Empty(_gateway.Symbols);
    }

    [Fact]
    public async Task What_is_wrong_is_told_before_anything_is_sent_and_no_token_with_it()
    {
        var file = Path.Combine(_folder.Path, "btc.csv");
        (await RunAsync(["export", "lona", .. Range, "--output", file])).Expect(0);
        Assert.Contains("export it with --format csv --time-format datetime", (await RunAsync(["lona", "upload", "--file", file])).Expect(2).Error, StringComparison.Ordinal);
        await File.AppendAllTextAsync(file, "x", Cancellation);
        Assert.Contains("as its manifest says; export it again", (await RunAsync(["lona", "upload", "--file", file])).Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("give either --file, or --symbol", (await RunAsync(["lona", "upload"])).Expect(2).Error, StringComparison.Ordinal);
        Assert.Empty(_gateway.Asked);

        _settings["LONA_AGENT_TOKEN"] = "hush-hush-token";
        var refused = (await RunAsync(["lona", "list", "--verbose"])).Expect(1);
        Assert.Contains("401: UNAUTHORIZED", refused.Error, StringComparison.Ordinal);
        Assert.Contains("Look at LONA_AGENT_TOKEN and LONA_AGENT_ID.", refused.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush-hush", refused.Error + refused.Output, StringComparison.Ordinal);
        Assert.Contains("FAIL  lona: ", (await RunAsync(["doctor"])).Expect(1).Output, StringComparison.Ordinal);
        _settings.Remove("LONA_GATEWAY_URL");
        Assert.Contains("LONA_GATEWAY_URL must be", (await RunAsync(["lona", "list"])).Expect(2).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Worker_exports_and_uploads_what_is_due_once()
    {
        _settings["TraderData__LonaExports__0"] = "binance:BTCUSDT@1h:2000d";
        _settings["TraderData__LonaCron"] = "* * * * * ?";
        for (var i = 0; i < 2; i++)
        {
            await using var worker = TraderDataProcess.Start(_settings, "serve", "--role", "worker", "--urls", "http://127.0.0.1:0");
            if (i == 0)
                await worker.WaitForAsync(" is at Lona as BTCUSDT_1h_", Cancellation);
            else
                await worker.WaitForAsync("Listening on ", Cancellation);
            (await worker.TerminateAsync()).Expect(0);
        }

        Assert.Equal(745, Assert.Single(_gateway.Symbols.Values).Data.TrimEnd().Split('\n').Length);
        Assert.Single(_gateway.Asked, asked => asked.StartsWith("POST", StringComparison.Ordinal));
        var folder = Path.Combine(_folder.Path, "data", "exports", "lona", "binance", "BTCUSDT", "1h");
        Assert.Equal([".csv", ".csv.manifest.json", ".csv.sha256", ".csv.uploaded.json"], Directory.GetFiles(folder).Select(f => f[f.IndexOf(".csv", StringComparison.Ordinal)..]).Order(StringComparer.Ordinal));
    }

    private Task<TraderDataProcess.Ended> RunAsync(string[] command) => TraderDataProcess.RunAsync(_settings, command);
}
