using System.Text.Json;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>An answer that cannot be believed costs nothing that was stored, is named, kept, and made good by the next run.</summary>
public sealed class RefusedAnswerTests(PostgresServer postgres, ITestOutputHelper output)
{
    private const string StoredBefore = "2023-01-01T00:00:00Z";
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The last column: how the text of the row begins, its opening time first.
    [Theory]
    [InlineData(FaultKind.MalformedJson, 500, "malformed JSON at byte", "}1674331200000,")]
    [InlineData(FaultKind.Truncated, 500, "malformed JSON at byte", "[1674")]
    [InlineData(FaultKind.UnsortedRows, 500, "strictly rising times", "[1674327600000,")]
    [InlineData(FaultKind.DuplicateRow, 501, "strictly rising times", "[1674331200000,")]
    [InlineData(FaultKind.RuleBreakingRow, 500, "low", "[1674331200000,")]
    public async Task Refused_answer_loses_nothing_of_a_lake(FaultKind kind, int row, string reason, string text) => await CheckAsync(kind, row, reason, text, withPostgres: false);

    [Theory]
    [InlineData(FaultKind.MalformedJson, 500, "malformed JSON at byte", "}1674331200000,")]
    [InlineData(FaultKind.Truncated, 500, "malformed JSON at byte", "[1674")]
    [InlineData(FaultKind.UnsortedRows, 500, "strictly rising times", "[1674327600000,")]
    [InlineData(FaultKind.DuplicateRow, 501, "strictly rising times", "[1674331200000,")]
    [InlineData(FaultKind.RuleBreakingRow, 500, "low", "[1674331200000,")]
    public async Task Refused_answer_loses_nothing_of_Postgres(FaultKind kind, int row, string reason, string text) => await CheckAsync(kind, row, reason, text, withPostgres: true);

    private async Task CheckAsync(FaultKind kind, int row, string reason, string text, bool withPostgres)
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var clean = await Store.NewAsync(exchange, withPostgres ? postgres : null);
        using var store = await Store.NewAsync(exchange, withPostgres ? postgres : null);
        (await clean.BackfillAsync("2022-01-01", "2023-07-01")).Expect(0);
        (await store.BackfillAsync("2022-01-01", "2023-01-01")).Expect(0);
        var (files, rows) = (store.Partitions("2022"), await store.RowsAsync(StoredBefore));

        exchange.Faults.Add(new Fault(kind) { Contains = "symbol=BTCUSDT", Count = null });
        var refused = (await store.BackfillAsync("2022-01-01", "2023-07-01")).Expect(1);
        output.WriteLine(refused.Error);
        exchange.Faults.Clear();

        Assert.Contains($"binance:BTCUSDT:1h row {row}: ", refused.Error);
        Assert.Contains(reason, refused.Error);
        Assert.Contains("binance:ETHUSDT:1h: 4,344 bars inserted", refused.Error);
        Assert.DoesNotContain("   at ", refused.Error);
        Assert.DoesNotContain("A page was refused whole", refused.Error);
        Assert.Equal(2, files.Count);
        Assert.Equal(files, store.Partitions("2022"));
        Assert.Equal(rows, await store.RowsAsync(StoredBefore));
        CheckQuarantine(store.Folder.Path, row, reason, text);

        (await store.BackfillAsync("2022-01-01", "2023-07-01")).Expect(0);
        Assert.Equal(FolderContent.MeaningOf(clean.Folder.Path), FolderContent.MeaningOf(store.Folder.Path));
        Assert.Equal(await clean.RowsAsync("infinity"), await store.RowsAsync("infinity"));
    }

    private static void CheckQuarantine(string folder, int row, string reason, string text)
    {
        var kept = Directory.GetFiles(Path.Combine(folder, "quarantine", "binance", "BTCUSDT", "1h"), "*.json")
            .Select(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement)
            .First(refusal => refusal.GetProperty("where").GetString() == $"binance:BTCUSDT:1h row {row}");
        Assert.Equal("binance:BTCUSDT:1h", kept.GetProperty("series").GetString());
        Assert.Contains(reason, kept.GetProperty("found").GetString() + " " + kept.GetProperty("expected").GetString());
        // The row as it came.
        Assert.StartsWith(text, kept.GetProperty("text").GetString());
        Assert.False(Directory.Exists(Path.Combine(folder, "quarantine", "binance", "ETHUSDT")));
    }

    // A folder, and a database when it has one.
    private sealed class Store : IDisposable
    {
        private readonly Dictionary<string, string> _settings;
        private readonly string? _database;

        private Store(SimulatorHost exchange, string? database)
        {
            _database = database;
            _settings = new() { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = Folder.Path };
            if (database is not null)
                _settings["DATABASE_URL"] = PostgresServer.UrlOf(database);
        }

        public TemporaryFolder Folder { get; } = new();

        public static async Task<Store> NewAsync(SimulatorHost exchange, PostgresServer? postgres) =>
            new(exchange, postgres is null ? null : await postgres.CreateDatabaseAsync(Token));

        public Task<TraderDataProcess.Ended> BackfillAsync(string start, string end) => TraderDataProcess.RunAsync(
            _settings, "backfill", "--source", "binance", "--symbols", "BTCUSDT,ETHUSDT", "--timeframe", "1h", "--start", start, "--end", end);

        public List<KeyValuePair<string, string>> Partitions(string name) =>
            [.. FolderContent.Of(Folder.Path).Where(file => file.Key.EndsWith($"/{name}.parquet", StringComparison.Ordinal))];

        public async Task<List<string>> RowsAsync(string until) => _database is null ? [] : await StoredRows.OfAsync(_database, until, Token);

        public void Dispose() => Folder.Dispose();
    }
}
