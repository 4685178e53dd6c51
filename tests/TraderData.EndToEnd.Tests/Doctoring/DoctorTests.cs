using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Npgsql;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>A mistake is planted in a service that is well: <c>doctor</c> finds it, and says what to do.</summary>
public sealed class DoctorTests(PostgresServer postgres, AzuriteServer azurite) : IAsyncLifetime
{
    private const string Secret = "hush-hush-0123456789abcdef-0123456789abcdef";

    private readonly TemporaryFolder _folder = new();
    private readonly ShiftedClock _clock = new();
    private SimulatorHost _exchange = null!;
    private Dictionary<string, string> _settings = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _exchange = await SimulatorHost.StartAsync(
            new SimulatorOptions { Clock = _clock, RequireAlpacaKeys = true, AlpacaKeyId = "right-key", AlpacaSecret = "right-secret" }, Cancellation);
        _settings = new Dictionary<string, string>
        {
            ["TRADER_DATA_DIR"] = Path.Combine(_folder.Path, "data"),
            ["BINANCE_BASE_URL"] = _exchange.BaseUrl.ToString(),
            ["ALPACA_DATA_URL"] = _exchange.BaseUrl.ToString(),
            ["ALPACA_API_KEY"] = "right-key",
            ["ALPACA_API_SECRET"] = "right-secret",
            ["INFRA_TOKEN_PEPPER"] = Secret,
            ["PORT"] = "0",
            ["TraderData__WatchList__0"] = "binance:BTCUSDT@1m",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _exchange.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Service_that_is_well_is_told_so()
    {
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync(Cancellation));
        _settings["AZURE_STORAGE_CONNECTION_STRING"] = await azurite.ConnectionStringAsync();
        _settings["TraderData__AzureContainer"] = azurite.NewContainerName();
        (await TraderDataProcess.RunAsync(_settings, "db", "migrate")).Expect(0);

        var well = (await TraderDataProcess.RunAsync(_settings, "doctor")).Expect(0);

        foreach (var check in new[] { "settings", "disk", "database", "blobs", "store", "keys", "binance", "alpaca", "watch list" })
            Assert.Contains($"ok    {check}: ", well.Output, StringComparison.Ordinal);
        Assert.EndsWith("All is well.\n", well.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("FAIL", well.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PORT", "eighty", "settings: PORT must be a whole number, was 'eighty'", "docs/configuration.md")]
    [InlineData("PUBLIC_URL", "data.example.com", "settings: PUBLIC_URL must be an http or https address", "docs/configuration.md")]
    [InlineData("INFRA_TOKEN_PEPPER", "too short", "settings: INFRA_TOKEN_PEPPER must have at least 32 characters, has 9", "openssl rand -base64 48")]
    [InlineData("ROUND_SPEC", "/does/not/exist.json", "settings: ROUND_SPEC /does/not/exist.json: the file cannot be read", "docs/configuration.md")]
    [InlineData("TraderData__RoundCron", "mondays", "settings: build-round cron must be a Quartz cron expression", "docs/configuration.md")]
    [InlineData("TraderData__CrossCheckSeries", "-1", "settings: cross-checked series must be 0 (none) to 1000, was -1", "docs/configuration.md")]
    [InlineData("TraderData__WatchList__0", "binance:BTCUSTD@1m", "watch list: binance does not list 'BTCUSTD'", "it lists BTCUSDT")]
    [InlineData("TraderData__WatchList__0", "binance:BTCUSDT@7m", "watch list: timeframe must be one of", "correct WatchList")]
    [InlineData("BINANCE_BASE_URL", "http://127.0.0.1:1", "binance: ", "look at BINANCE_BASE_URL, which is http://127.0.0.1:1")]
    [InlineData("ALPACA_API_KEY", "wrong-key", "alpaca: ", "look at ALPACA_API_KEY and ALPACA_API_SECRET")]
    [InlineData("DATABASE_URL", "postgres://somebody:" + Secret + "@127.0.0.1:1/nowhere", "database: postgres://127.0.0.1:1/nowhere", "look at host and port in DATABASE_URL")]
    [InlineData("AZURE_STORAGE_CONNECTION_STRING", "AccountName=" + Secret, "settings: AZURE_STORAGE_CONNECTION_STRING is no connection string", "docs/configuration.md")]
    [InlineData("TRADER_DATA_DIR", "/proc/nothing/here", "disk: /proc/nothing/here: ", "set TRADER_DATA_DIR or --data to a folder")]
    [InlineData("MARKET_DATA_AUTH", "required", "keys: market data needs keys", "set INFRA_TOKEN_PEPPER")]
    public async Task Setting_that_is_wrong_is_found(string name, string value, string found, string remedy)
    {
        _settings[name] = value;
        if (name == "MARKET_DATA_AUTH")
            _settings.Remove("INFRA_TOKEN_PEPPER");
        await AssertFindsAsync(found, remedy);
    }

    [Fact]
    public async Task Archive_and_stream_that_are_away_are_told_and_no_failure()
    {
        _settings["BINANCE_ARCHIVE_URL"] = "http://127.0.0.1:1";
        (_settings["BINANCE_STREAM_URL"], _settings["TraderData__StreamsEnabled"]) = ("ws://127.0.0.1:1", "true");
        var well = (await TraderDataProcess.RunAsync(_settings, "doctor")).Expect(0);
        Assert.Contains("WARN  archives: 127.0.0.1:1 takes no connection", well.Output, StringComparison.Ordinal);
        Assert.Contains("look at BINANCE_ARCHIVE_URL, which is http://127.0.0.1:1", well.Output, StringComparison.Ordinal);
        Assert.Contains("WARN  stream of binance: 127.0.0.1:1 takes no connection", well.Output, StringComparison.Ordinal);
        Assert.Contains("All works; ", well.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_key_that_is_none_of_P_256_is_found()
    {
        _settings["ROUND_SIGNING_KEY"] = Path.Combine(_folder.Path, "key.pem");
        using var other = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP384);
        await File.WriteAllTextAsync(_settings["ROUND_SIGNING_KEY"], other.ExportPkcs8PrivateKeyPem(), Cancellation);
        await AssertFindsAsync("signing key: the signing key ", "trader-data round keygen");
    }

    [Fact]
    public async Task Clock_that_is_minutes_off_is_found()
    {
        _clock.Ahead = TimeSpan.FromMinutes(-4);
        await AssertFindsAsync("binance: its clock and ours are 0.00:0", "set this machine's clock");
    }

    [Fact]
    public async Task Port_that_another_program_has_is_found()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        _settings["PORT"] = ((IPEndPoint)other.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        // It takes connections from its queue and says nothing: half of what doctor waits.
        var serving = Task.Run(async () =>
        {
            using var client = await other.AcceptTcpClientAsync(Cancellation);
        }, Cancellation);
        await AssertFindsAsync($"port: {_settings["PORT"]} cannot be taken", "choose another one with PORT");
        await serving;
    }

    [Fact]
    public async Task Database_that_is_not_migrated_is_found_and_left_as_it_is()
    {
        var database = await postgres.CreateDatabaseAsync(Cancellation);
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(database);
        await AssertFindsAsync(" lacks 0001_bars, ", "run 'trader-data db migrate'");
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand("SELECT to_regnamespace('market') IS NULL");
        Assert.Equal(true, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Password_that_the_database_refuses_is_found()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(Cancellation)) { Password = Secret };
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(database.ConnectionString);
        await AssertFindsAsync("SQLSTATE 28P01", "set the right user and password in DATABASE_URL");
    }

    [Fact]
    public async Task Role_without_rights_is_found()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.CreateDatabaseAsync(Cancellation));
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(database.ConnectionString);
        (await TraderDataProcess.RunAsync(_settings, "db", "migrate")).Expect(0);
        var role = $"reader_{Guid.NewGuid():n}";
        await using (var source = NpgsqlDataSource.Create(database.ConnectionString))
        {
            await using var command = source.CreateCommand(
                $"CREATE ROLE {role} LOGIN PASSWORD '{Secret}'; GRANT USAGE ON SCHEMA market TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA market TO {role}");
            await command.ExecuteNonQueryAsync(Cancellation);
        }

        (database.Username, database.Password) = (role, Secret);
        _settings["DATABASE_URL"] = PostgresServer.UrlOf(database.ConnectionString);
        await AssertFindsAsync($"role {role} may not INSERT, UPDATE, DELETE on market.ohlcv", $"GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA market TO {role}");
    }

    [Fact]
    public async Task Key_that_the_storage_account_refuses_is_found()
    {
        var right = await azurite.ConnectionStringAsync();
        _settings["AZURE_STORAGE_CONNECTION_STRING"] = System.Text.RegularExpressions.Regex.Replace(
            right, "AccountKey=[^;]+", "AccountKey=" + Convert.ToBase64String(new byte[64]), System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
        await AssertFindsAsync("403", "look at AZURE_STORAGE_CONNECTION_STRING");
    }

    [Fact]
    public async Task Disk_that_is_full_is_found()
    {
        await using var disk = await SmallDisk.MountAsync(_settings["TRADER_DATA_DIR"], 1);
        disk.Fill();
        await using var process = TraderDataProcess.StartOn(disk, _settings, "doctor");
        var ill = (await process.EndAsync()).Expect(1);
        Assert.Contains("FAIL  disk: ", ill.Output, StringComparison.Ordinal);
        Assert.Contains("make room", ill.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_mistakes_are_all_told_at_once_as_JSON_too_and_no_secret_with_them()
    {
        (_settings["INFRA_TOKEN_PEPPER"], _settings["ROUND_SPEC"], _settings["ALPACA_API_KEY"]) = ("hush", "/does/not/exist.json", "wrong-key");
        var ill = (await TraderDataProcess.RunAsync(_settings, "doctor", "--json")).Expect(1);
        using var told = JsonDocument.Parse(ill.Output);
        Assert.False(told.RootElement.GetProperty("ok").GetBoolean());
        var failed = told.RootElement.GetProperty("checks").EnumerateArray().Where(c => c.GetProperty("health").GetString() == "failed").ToList();
        Assert.Equal(["alpaca", "settings", "settings", "settings"], failed.Select(c => c.GetProperty("check").GetString()).Order());
        Assert.All(failed, check => Assert.NotEqual("", check.GetProperty("remedy").GetString()));
        Assert.DoesNotContain("right-secret", ill.Output + ill.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", ill.Output + ill.Error, StringComparison.Ordinal);

        // Of all commands only those that cut rounds need its spec.
        _settings["INFRA_TOKEN_PEPPER"] = Secret;
        (await TraderDataProcess.RunAsync(_settings, "series")).Expect(0);
        Assert.Contains("ROUND_SPEC", (await TraderDataProcess.RunAsync(_settings, "round", "list")).Expect(2).Error, StringComparison.Ordinal);
    }

    private async Task AssertFindsAsync(string found, string remedy)
    {
        var ill = (await TraderDataProcess.RunAsync(_settings, "doctor")).Expect(1);
        var lines = ill.Output.Split('\n');
        var at = Array.FindIndex(lines, line => line.StartsWith("FAIL  ", StringComparison.Ordinal) && line.Contains(found, StringComparison.Ordinal));
        Assert.True(at >= 0, $"no line that fails has '{found}':\n{ill.Output}\n{ill.Error}");
        Assert.Contains(remedy, lines[at] + lines[at + 1], StringComparison.Ordinal);
        Assert.Contains("ok    ", ill.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, ill.Output + ill.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", ill.Error, StringComparison.Ordinal);
    }
}
