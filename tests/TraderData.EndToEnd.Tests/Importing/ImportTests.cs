using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>Files that users bring: they come out as they went in, or nothing of them goes in.</summary>
public sealed class ImportTests(ExportedLake lake) : IClassFixture<ExportedLake>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("unix-ms")]
    [InlineData("datetime")]
    [InlineData("iso")]
    public async Task Export_that_is_imported_is_exported_with_the_same_bytes(string timeFormat)
    {
        using var folder = new TemporaryFolder();
        var settings = Settings(folder);
        var (original, copy) = (Path.Combine(folder.Path, "original.csv"), Path.Combine(folder.Path, "copy.csv"));
        string[] export = ["export", "lona", .. ExportedLake.Held, "--extended", "--time-format", timeFormat, "--output"];
        (await TraderDataProcess.RunAsync(lake.Settings, [.. export, original])).Expect(0);

        var imported = (await ImportAsync(settings, original, "BTCUSDT", "1m")).Expect(0);
        var again = (await ImportAsync(settings, original, "BTCUSDT", "1m")).Expect(0);
        (await TraderDataProcess.RunAsync(settings, [.. export, copy])).Expect(0);

        Assert.Contains("import:BTCUSDT:1m: 4,050 bars inserted, 0 changed, 0 the same", imported.Error);
        Assert.Contains("import:BTCUSDT:1m: nothing to write: 4,050 bars are the same as those held", again.Error);
        Assert.Equal(await File.ReadAllBytesAsync(original, Token), await File.ReadAllBytesAsync(copy, Token));
    }

    [Fact]
    public async Task File_with_bad_rows_is_refused_by_line_and_nothing_is_stored()
    {
        using var folder = new TemporaryFolder();
        // Its dates are American; written as they are expected, they leave the damage of its rows.
        var lines = await File.ReadAllLinesAsync(SharedData.Path("other/bad_rows_SPY_1d.csv"), Token);
        var path = Path.Combine(folder.Path, "bad.csv");
        await File.WriteAllLinesAsync(path, lines.Select(Iso), Token);

        var refused = (await ImportAsync(Settings(folder), path, "SPY", "1d")).Expect(1);
        var american = (await ImportAsync(Settings(folder), SharedData.Path("other/bad_rows_SPY_1d.csv"), "SPY", "1d")).Expect(1);

        Assert.Matches(@"^trader-data: \S*bad\.csv line \d+: .*; expected ", refused.Error);
        Assert.Contains("bad_rows_SPY_1d.csv line 2: time '01/03/2017'; expected a time such as '2024-01-31 10:00:00'", american.Error);
        Assert.DoesNotContain("   at ", refused.Error);
        Assert.Equal("[]\n", (await TraderDataProcess.RunAsync(Settings(folder), "series", "--json")).Expect(0).Output);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Symbol_of_another_source_is_refused_and_its_bars_stay()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "mine.csv");
        await File.WriteAllTextAsync(path, "timestamp,open,high,low,close,volume\n2024-08-12T00:00:00Z,1,2,1,2,3\n", Token);
        var before = FolderContent.Of(lake.Folder);

        var refused = (await ImportAsync(lake.Settings, path, "BTCUSDT", "1m")).Expect(1);

        Assert.Contains("symbol BTCUSDT belongs to binance and cannot be written as import:BTCUSDT:1m", refused.Error);
        Assert.Equal(before, FolderContent.Of(lake.Folder));
    }

    private static string Iso(string line) =>
        line.Length > 10 && line[2] == '/' && line[5] == '/' ? $"{line[6..10]}-{line[..2]}-{line[3..5]}{line[10..]}" : line;

    private static Dictionary<string, string> Settings(TemporaryFolder folder) => new() { ["TRADER_DATA_DIR"] = Path.Combine(folder.Path, "data") };

    private static Task<TraderDataProcess.Ended> ImportAsync(Dictionary<string, string> settings, string path, string symbol, string timeframe) =>
        TraderDataProcess.RunAsync(settings, "import", "csv", path, "--source", "import", "--symbol", symbol, "--timeframe", timeframe);
}
