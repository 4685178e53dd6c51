using System.Text.RegularExpressions;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>No page has commands that nobody runs, and those of the data model say what they are there to say.</summary>
public sealed partial class PageCommandTests(PostgresServer postgres, DuckDb duckDb)
{
    // Who runs the blocks of each page.
    private static readonly Dictionary<string, int> Known = new(StringComparer.Ordinal)
    {
        ["README.md"] = 4,                // ReadmeTests
        ["docs/data-model.md"] = 2,       // this
        ["docs/operations.md"] = 10,      // RunbookTests; that of Citus alone is not run, and says so
        ["docs/performance.md"] = 2,      // BenchmarkCheckTests runs --check; the rest are measurements, run by hand
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Every_block_of_commands_is_one_that_a_test_knows()
    {
        var pages = Directory.GetFiles(Path.Combine(RepositoryFolder.Root, "docs"), "*.md", SearchOption.AllDirectories).Concat(Directory.GetFiles(RepositoryFolder.Root, "*.md"));
        var counts = pages.Select(path => (Page: Path.GetRelativePath(RepositoryFolder.Root, path).Replace('\\', '/'), Blocks: Block().Count(File.ReadAllText(path)))).Where(page => page.Blocks > 0);
        Assert.Equal(Known.OrderBy(page => page.Key, StringComparer.Ordinal).Select(page => (page.Key, page.Value)), counts.OrderBy(page => page.Page, StringComparer.Ordinal));
    }

    [Fact]
    public async Task Statements_of_the_data_model_list_what_is_held()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { YearlyHalt = false }, Cancellation);
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string>
        {
            ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(),
            ["TRADER_DATA_DIR"] = Path.Combine(folder.Path, "data"),
            ["DATABASE_URL"] = PostgresServer.UrlOf(await postgres.CreateDatabaseAsync(Cancellation)),
        };
        (await TraderDataProcess.RunAsync(settings, "backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", "1h", "--start", "2024-01-01", "--end", "2025-01-01")).Expect(0);
        var page = await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "docs/data-model.md"), Cancellation);
        var blocks = Block().Matches(page).ToLookup(match => match.Groups["language"].Value, match => match.Groups["text"].Value);

        var listed = await Shell.RunAsync(Assert.Single(blocks["sh"]), folder.Path, settings);
        Assert.Matches(@"BTCUSDT +\| 1h +\| binance +\|.*\| +8784 \|", listed);
        var query = Assert.Single(blocks["sql"]).Replace("'data/", $"'{folder.Path}/data/", StringComparison.Ordinal);
        var row = Assert.Single(await duckDb.QueryAsync(query, Cancellation));
        Assert.Contains("8784", string.Join(' ', row), StringComparison.Ordinal);
    }

    [GeneratedRegex("^```(?<language>sh|sql|bash|console|powershell)\n(?<text>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Block();
}
