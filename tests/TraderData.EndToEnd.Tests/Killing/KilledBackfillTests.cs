using System.Globalization;
using Azure.Storage.Blobs;
using Npgsql;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>A backfill that is killed at any moment and started again ends like one that was never killed.</summary>
public sealed class KilledBackfillTests(PostgresServer postgres, AzuriteServer azurite, ITestOutputHelper output)
{
    private const string Symbols = "BTCUSDT,ETHUSDT,SOLUSDT";
    private static DateTime LastWrite(string folder) =>
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)).Max(File.GetLastWriteTimeUtc);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Killed_backfill_of_a_lake_ends_with_the_same_bars()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var whole = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        (await RunAsync(exchange, whole, null)).Expect(0);

        await KillUntilDoneAsync(Settings(exchange, killed, null));

        Assert.Equal(FolderContent.MeaningOf(whole.Path), FolderContent.MeaningOf(killed.Path));
    }

    // Some files are refused: a kill may come between the verdict and the bars.
    [Fact]
    public async Task Killed_backfill_through_archives_ends_with_the_bars_of_the_api()
    {
        var refused = new Fault(FaultKind.WrongChecksum) { Contains = "-1m-2024-02.zip", Count = null };
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000, Faults = [refused] }, Token);
        using var whole = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        (await RunAsync(exchange, whole, null)).Expect(0);
        Assert.Equal(0, exchange.Stats.RequestsTo("/data/spot/monthly"));

        await KillUntilDoneAsync(new(Settings(exchange, killed, null)) { ["BINANCE_ARCHIVE_URL"] = exchange.BaseUrl.ToString() });

        Assert.InRange(exchange.Stats.RequestsTo("/data/spot/monthly"), 3 * 4 * 2, 1_000);
        Assert.Equal(FolderContent.MeaningOf(whole.Path), FolderContent.MeaningOf(killed.Path));
        foreach (var symbol in Symbols.Split(','))
            Assert.True(File.Exists(Path.Combine(killed.Path, "quarantine/binance", symbol, "1m/archives", $"{symbol}-1m-2024-02.zip.json")));
    }

    [Fact]
    public async Task Killed_backfill_of_a_lake_in_Azure_ends_with_the_same_bars()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var folder = new TemporaryFolder();
        var whole = new BlobContainerClient(await azurite.ConnectionStringAsync(), azurite.NewContainerName());
        var killed = new BlobContainerClient(await azurite.ConnectionStringAsync(), azurite.NewContainerName());
        (await TraderDataProcess.RunAsync(await AzureAsync(whole.Name), Command())).Expect(0);

        await KillUntilDoneAsync(await AzureAsync(killed.Name));

        Assert.Equal(await BlobsAsync(whole), await BlobsAsync(killed));

        async Task<Dictionary<string, string>> AzureAsync(string container) => new(Settings(exchange, folder, null))
        {
            ["AZURE_STORAGE_CONNECTION_STRING"] = await azurite.ConnectionStringAsync(),
            ["TraderData__AzureContainer"] = container,
        };
    }

    [Fact]
    public async Task Killed_backfill_into_Postgres_ends_with_the_same_rows_and_files()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var whole = new TemporaryFolder();
        using var killed = new TemporaryFolder();
        var (wholeDatabase, killedDatabase) = (await postgres.CreateDatabaseAsync(Token), await postgres.CreateDatabaseAsync(Token));
        (await RunAsync(exchange, whole, wholeDatabase)).Expect(0);

        await KillUntilDoneAsync(Settings(exchange, killed, killedDatabase));

        Assert.Equal(await RowsAsync(wholeDatabase), await RowsAsync(killedDatabase));
        Assert.Equal(FolderContent.MeaningOf(whole.Path), FolderContent.MeaningOf(killed.Path));
    }

    [Fact]
    public async Task Same_backfill_twice_writes_nothing_and_says_so()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var folder = new TemporaryFolder();
        (await RunAsync(exchange, folder, null)).Expect(0);
        var before = FolderContent.Of(folder.Path);
        var written = LastWrite(Path.Combine(folder.Path, "ohlcv"));
        var asked = exchange.Stats.RequestsTo("/api/v3/klines");

        Assert.Contains("BTCUSDT:1m: nothing to write", (await RunAsync(exchange, folder, null)).Expect(0).Error);
        Assert.Equal(before, FolderContent.Of(folder.Path));
        Assert.Equal(written, LastWrite(Path.Combine(folder.Path, "ohlcv")));

        // That it was asked twice is all that asking again adds, once.
        var again = await AgainAsync();
        Assert.Equal(Symbols.Split(',').Length, before.Count(file => again[file.Key] != file.Value));
        Assert.All(before.Where(file => again[file.Key] != file.Value), file => Assert.EndsWith("/_series.json", file.Key, StringComparison.Ordinal));
        Assert.Equal(before.Count, again.Count);
        Assert.Equal(again, await AgainAsync());
        Assert.True(exchange.Stats.RequestsTo("/api/v3/klines") >= 3 * asked, "--again asks for everything once more");

        async Task<SortedDictionary<string, string>> AgainAsync()
        {
            Assert.Contains("BTCUSDT:1m: nothing to write", (await RunAsync(exchange, folder, null, "--again")).Expect(0).Error);
            return FolderContent.Of(folder.Path);
        }
    }

    private static Dictionary<string, string> Settings(SimulatorHost exchange, TemporaryFolder folder, string? database)
    {
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = folder.Path };
        if (database is not null)
            settings["DATABASE_URL"] = PostgresServer.UrlOf(database);
        return settings;
    }

    private static string[] Command(params string[] more) =>
        ["backfill", "--source", "binance", "--symbols", Symbols, "--timeframe", "1m", "--start", "2024-01-01", "--end", "2024-05-01", .. more];

    private static Task<TraderDataProcess.Ended> RunAsync(SimulatorHost exchange, TemporaryFolder folder, string? database, params string[] more) =>
        TraderDataProcess.RunAsync(Settings(exchange, folder, database), Command(more));

    private async Task KillUntilDoneAsync(Dictionary<string, string> settings)
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var kills = 0;
        while (true)
        {
            await using var process = TraderDataProcess.Start(settings, Command());
            // Kills spread over start-up, fetching, writing and sealing; later ones give it more time, so that it ends at last.
            var ended = process.EndAsync();
            await Task.WhenAny(ended, Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 1_200 + (300 * kills))), Token));
            if (ended.IsCompleted)
            {
                (await ended).Expect(0);
                break;
            }

            await process.KillAsync();
            kills++;
        }

        output.WriteLine($"{kills} kills");
        Assert.True(kills >= 2, $"{kills} kills are too few to show anything");
    }

    private static async Task<SortedDictionary<string, string>> BlobsAsync(BlobContainerClient container)
    {
        var blobs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: Token))
            blobs[blob.Name] = FolderContent.MeaningOf(blob.Name, (await container.GetBlobClient(blob.Name).DownloadContentAsync(Token)).Value.Content.ToArray());
        return blobs;
    }

    private static async Task<List<string>> RowsAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        await using var command = new NpgsqlCommand(
            """
            SELECT symbol, timeframe, count(*)::text,
                   md5(string_agg(concat_ws(',', bar_ts, open, high, low, close, volume, vwap, trades, source), ';' ORDER BY bar_ts))
            FROM market.ohlcv GROUP BY 1, 2
            UNION ALL SELECT symbol, timeframe, fetched::text, '' FROM market.series_state
            ORDER BY 1, 2, 3
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Token))
            rows.Add(string.Create(CultureInfo.InvariantCulture, $"{reader.GetString(0)} {reader.GetString(1)} {reader.GetString(2)} {reader.GetString(3)}"));
        return rows;
    }
}
