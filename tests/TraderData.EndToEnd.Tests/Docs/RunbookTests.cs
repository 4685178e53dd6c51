using System.Text.RegularExpressions;
using Npgsql;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>The runbooks of <c>docs/operations.md</c>, as they stand, by a real shell in the situation that they are for.</summary>
public sealed partial class RunbookTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Pepper = "a pepper of the runbooks, which is long enough";
    private static readonly string[] Backfill = ["backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", "1m", "--start", "2024-01-01", "--end", "2024-02-15"];

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _settings = [];
    private SimulatorHost _exchange = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => _settings["TRADER_DATA_DIR"];

    public async ValueTask InitializeAsync()
    {
        _exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), Cancellation);
        _settings["BINANCE_BASE_URL"] = _settings["BINANCE_ARCHIVE_URL"] = _exchange.BaseUrl.ToString();
        _settings["ALPACA_DATA_URL"] = _exchange.BaseUrl.ToString();
        _settings["TRADER_DATA_DIR"] = Path.Combine(_folder.Path, "data");
        _settings["INFRA_TOKEN_PEPPER"] = Pepper;
        _settings["PORT"] = "0";
    }

    public async ValueTask DisposeAsync()
    {
        await _exchange.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Backup_is_restored_with_every_bar_and_every_key()
    {
        await using var server = PostgresServer.OfSystem();
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(await server.CreateDatabaseAsync(Cancellation));
        await RunAsync(Backfill);
        await RunAsync("keys", "create-vendor", "--name", "Acme");
        var (bars, keys) = (await BarsAsync(), await RunAsync("keys", "list"));
        await ShellAsync("Back up");

        _settings["DATABASE_URL"] = PostgresServer.UrlOf(await server.CreateDatabaseAsync(Cancellation));
        _settings["TRADER_DATA_DIR"] = Path.Combine(_folder.Path, "restored");
        var said = await ShellAsync("Restore");

        Assert.Contains("BTCUSDT", said, StringComparison.Ordinal);
        Assert.Equal(bars, await BarsAsync());
        Assert.Equal(keys, await RunAsync("keys", "list"));
    }

    [Fact]
    public async Task Upgrade_migrates_and_finds_all_well()
    {
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync(Cancellation));
        Assert.DoesNotContain("FAIL", await ShellAsync("Upgrade"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_are_rotated_while_the_service_runs()
    {
        await RunAsync("backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", "1h", "--start", "2024-01-01", "--end", "2024-02-01");
        await RunAsync("keys", "create-vendor", "--name", "Acme");
        var listed = await RunAsync("keys", "list");
        (_settings["VENDOR"], _settings["OLD_KEY"]) = (VendorId().Match(listed).Value, TokenId().Match(listed).Value);
        await using var service = await ServeAsync();
        var blocks = Blocks("### Rotate keys");
        Assert.Equal(2, blocks.Count);

        var vendor = await ShellAsync(blocks[0]);
        Assert.Contains("vk_", vendor, StringComparison.Ordinal);
        var states = (await RunAsync("keys", "list")).Split('\n').Where(line => line.StartsWith("tok_", StringComparison.Ordinal)).ToDictionary(line => TokenId().Match(line).Value, line => line.Split(' ')[^1]);
        Assert.Equal("revoked", states[_settings["OLD_KEY"]]);
        Assert.Contains("live", states.Values);

        await RunAsync("round", "keygen", "--output", Path.Combine(_folder.Path, "round-key-1.pem"));
        _settings["ROUND_SIGNING_KEY"] = Path.Combine(_folder.Path, "round-key-1.pem");
        await RunAsync("round", "create", "--name", "first", "--universe", "binance:BTCUSDT", "--timeframes", "1h", "--start", "2024-01-01", "--end", "2024-02-01", "--splits", "0.7,0.15,0.15", "--publish");
        var keys = await ShellAsync(blocks[1]);
        Assert.Equal(2, KeyId().Count(keys));
    }

    [Fact]
    public async Task Damaged_partition_is_named_and_fetched_again()
    {
        await RunAsync(Backfill);
        var bars = await BarsAsync();
        var file = Path.Combine(Data, "ohlcv/source=binance/symbol=BTCUSDT/timeframe=1m/2024-01.parquet");
        var bytes = await File.ReadAllBytesAsync(file, Cancellation);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes, Cancellation);

        Assert.Contains("timeframe=1m/2024-01.parquet", await ShellAsync("A partition is damaged"), StringComparison.Ordinal);
        Assert.Equal(bars, await BarsAsync());
    }

    [Fact]
    public async Task Source_that_refuses_us_is_seen_and_reopened()
    {
        await _exchange.DisposeAsync();
        _exchange = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = [new Fault(FaultKind.RegionBlocked)] }, Cancellation);
        _settings["BINANCE_BASE_URL"] = _exchange.BaseUrl.ToString();
        await using var refused = TraderDataProcess.StartIn(_folder.Path, _settings, Backfill);
        Assert.Equal(1, (await refused.EndAsync()).ExitCode);
        await using var service = await ServeAsync();

        var said = await ShellAsync("A source is banned");

        Assert.Contains("451", said, StringComparison.Ordinal);
        await RunAsync("backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", "1d", "--start", "2024-01-01", "--end", "2024-02-01");
    }

    [Fact]
    public async Task Database_that_is_gone_is_filled_from_the_lake_and_the_source()
    {
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync(Cancellation));
        await RunAsync(Backfill);
        var bars = await BarsAsync();

        var empty = await postgres.CreateDatabaseAsync(Cancellation);
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(empty);
        await ShellAsync("Postgres is gone");

        Assert.Equal(bars, await BarsAsync());
        await using var source = NpgsqlDataSource.Create(empty);
        await using var count = source.CreateCommand("SELECT count(*) FROM market.ohlcv WHERE symbol = 'BTCUSDT' AND timeframe = '1m'");
        Assert.Equal(45L * 1_440, await count.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Keys_of_the_marketplace_are_made_listed_and_revoked()
    {
        await using var service = await ServeAsync();
        var key = (await RunAsync("keys", "create-vendor", "--name", "First")).Trim();
        var listed = await RunAsync("keys", "list");
        (_settings["VENDOR"], _settings["OLD_KEY"]) = (VendorId().Match(listed).Value, TokenId().Match(listed).Value);
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Authorization", $"Bearer {key}");
        using var body = new StringContent("""{"name":"alpha","provider":"own","cpu":2,"memory":"4Gi","image":"acme/alpha:1"}""", System.Text.Encoding.UTF8, "application/json");
        using var made = await http.PostAsync(new Uri($"{_settings["SERVICE"]}/api/deployments"), body, Cancellation);
        _settings["DEPLOYMENT"] = DeploymentId().Match(await made.Content.ReadAsStringAsync(Cancellation)).Value;

        var said = await ShellAsync(Assert.Single(Blocks("## The marketplace")));

        Assert.All(["vk_", "ac_", "sit_", "revoked"], word => Assert.Contains(word, said, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_runbook_has_commands_and_a_test()
    {
        var names = Heading().Matches(Runbooks()).Select(match => match.Groups["name"].Value).ToList();
        Assert.Equal(["Back up", "Restore", "Upgrade", "Rotate keys", "A partition is damaged", "A source is banned", "Postgres is gone"], names);
        Assert.All(names, name => Assert.NotEmpty(Blocks($"### {name}")));
    }

    private static string Runbooks() => Section("## Runbooks");

    // From a heading to the next of its kind.
    private static string Section(string heading)
    {
        var page = File.ReadAllText(Path.Combine(RepositoryFolder.Root, "docs/operations.md"));
        var start = page.IndexOf($"{heading}\n", StringComparison.Ordinal);
        var end = page.IndexOf($"\n{heading.Split(' ')[0]} ", start + 1, StringComparison.Ordinal);
        var section = page[start..(end < 0 ? page.Length : end)];
        return heading.StartsWith("### ", StringComparison.Ordinal) && section.IndexOf("\n## ", StringComparison.Ordinal) is var above and >= 0 ? section[..above] : section;
    }

    private static List<string> Blocks(string heading) => [.. Block().Matches(Section(heading)).Select(match => match.Groups["text"].Value)];

    private Task<string> ShellAsync(string nameOrBlock) => nameOrBlock.Contains('\n', StringComparison.Ordinal) ? Shell.RunAsync(nameOrBlock, _folder.Path, _settings) : ShellAsync(Assert.Single(Blocks($"### {nameOrBlock}")));

    private async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = TraderDataProcess.StartIn(_folder.Path, _settings, arguments);
        return (await process.EndAsync()).Expect(0).Output;
    }

    private async Task<string> BarsAsync() =>
        await RunAsync("export", "lona", "--symbol", "BTCUSDT", "--timeframe", "1m", "--start", "2024-01-01", "--end", "2024-02-15", "--output", "-");

    private async Task<TraderDataProcess> ServeAsync()
    {
        var service = TraderDataProcess.StartIn(_folder.Path, _settings, "serve", "--role", "all");
        _settings["SERVICE"] = (await service.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.').TrimEnd('/');
        return service;
    }

    [GeneratedRegex("^```sh\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Block();

    [GeneratedRegex("^### (?<name>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"vnd_\w+", RegexOptions.None, 1_000)]
    private static partial Regex VendorId();

    [GeneratedRegex(@"tok_\w+", RegexOptions.None, 1_000)]
    private static partial Regex TokenId();

    [GeneratedRegex(@"dep_\w+", RegexOptions.None, 1_000)]
    private static partial Regex DeploymentId();

    [GeneratedRegex("\"kid\"", RegexOptions.None, 1_000)]
    private static partial Regex KeyId();
}
