using System.Text.Json;
using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>A backfill through archives, as an operator runs it: the lake of one through the API, and a line for each file that was refused.</summary>
public sealed class ArchiveTests
{
    private const string Month = "BTCUSDT-1m-2024-12.zip";

    private static readonly Lazy<Task<SortedDictionary<string, string>>> OverTheApi = new(OverTheApiAsync);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // Milliseconds before 2025, microseconds from then on.
    [Fact]
    public async Task Archives_and_the_api_give_the_same_lake()
    {
        await using var exchange = await StartAsync();
        using var folder = new TemporaryFolder();
        var run = (await RunAsync(exchange, folder)).Expect(0);
        Assert.Contains("binance:BTCUSDT:1m: 59,040 bars inserted, 0 changed, 0 the same", run.Error);
        Assert.Equal(await OverTheApi.Value, FolderContent.MeaningOf(folder.Path));
        Assert.Equal((4, 0), (exchange.Stats.RequestsTo("/data/spot/monthly"), exchange.Stats.RequestsTo("/api/v3/klines")));
        Assert.Contains("BTCUSDT:1m: nothing to write", (await RunAsync(exchange, folder)).Expect(0).Error);
        Assert.Equal(4, exchange.Stats.RequestsTo("/data/spot/monthly"));
    }

    [Theory]
    [InlineData(FaultKind.WrongChecksum, "BTCUSDT-1m-2024-12.zip: sha256 ", "which its checksum file says")]
    [InlineData(FaultKind.Truncated, "BTCUSDT-1m-2024-12.zip: ", "bytes that are no whole zip file")]
    [InlineData(FaultKind.OffGridRow, "BTCUSDT-1m-2024-12.zip row 22320: time 2024-12-16T12:00:07Z", "expected a time on the 1m grid: 1734350407000,")]
    [InlineData(FaultKind.DuplicateRow, "BTCUSDT-1m-2024-12.zip row 22321: time 2024-12-16T12:00:00Z after 2024-12-16T12:00:00Z", "expected strictly rising times: 1734350400000,")]
    [InlineData(FaultKind.RuleBreakingRow, "BTCUSDT-1m-2024-12.zip row 22320: low 9", "expected low ≤ open: 1734350400000,")]
    public async Task File_that_is_refused_costs_a_warning_and_no_bar(FaultKind kind, string what, string expected)
    {
        await using var exchange = await StartAsync(new Fault(kind) { Contains = Month, Count = null });
        using var folder = new TemporaryFolder();

        var run = (await RunAsync(exchange, folder)).Expect(0);

        Assert.Contains($"binance:BTCUSDT:1m: {Month} is refused and kept as quarantine/binance/BTCUSDT/1m/", run.Error);
        Assert.Contains("its bars are asked of the API, and it is not fetched again without --again: binance:BTCUSDT:1m " + what, run.Error);
        Assert.Contains(expected, run.Error);
        Assert.Contains("binance:BTCUSDT:1m: 59,040 bars inserted", run.Error);
        Assert.Equal(await OverTheApi.Value, FolderContent.MeaningOf(folder.Path));
        var verdict = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder.Path, "quarantine/binance/BTCUSDT/1m/archives", $"{Month}.json"), Token)).RootElement;
        Assert.Equal(Month, verdict.GetProperty("file").GetString());
        Assert.True(File.Exists(Path.Combine(folder.Path, verdict.GetProperty("kept_as").GetString()!)));
    }

    [Theory]
    [InlineData(FaultKind.HeaderLine)]
    [InlineData(FaultKind.HalfDoneRow)]
    [InlineData(FaultKind.NotPublished)]
    public async Task File_of_another_form_or_not_there_costs_nothing(FaultKind kind)
    {
        await using var exchange = await StartAsync(new Fault(kind) { Contains = Month, Count = null });
        using var folder = new TemporaryFolder();
        var run = (await RunAsync(exchange, folder)).Expect(0);
        Assert.DoesNotContain("refused", run.Error);
        Assert.Equal(await OverTheApi.Value, FolderContent.MeaningOf(folder.Path));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "quarantine")));
    }

    [Fact]
    public async Task Archives_that_cannot_be_asked_are_left_alone_and_said_so()
    {
        await using var exchange = await StartAsync(new Fault(FaultKind.RegionBlocked) { Contains = "/data/spot", Count = null });
        using var folder = new TemporaryFolder();
        var run = (await RunAsync(exchange, folder)).Expect(0);
        Assert.Contains("The archive of binance is left alone for the rest of this run, and its API asked instead: binance archives: GET /data/spot/", run.Error);
        Assert.Equal(await OverTheApi.Value, FolderContent.MeaningOf(folder.Path));
    }

    [Fact]
    public async Task Dry_run_tells_the_plan_and_touches_nothing_of_the_store()
    {
        await using var exchange = await StartAsync();
        using var folder = new TemporaryFolder();
        var table = (await RunAsync(exchange, folder, "--dry-run")).Expect(0).Output.Split('\n');
        var json = JsonDocument.Parse((await RunAsync(exchange, folder, "--dry-run", "--json")).Expect(0).Output).RootElement;

        Assert.Equal(
            [
                "series|from|first bar|before|bars|calls|weight|MB|minutes",
                "binance:BTCUSDT:1m|2 month files|2024-12-01T00:00:00Z|2025-01-11T00:00:00Z|59,040|4|0|4.5|0.01",
                "total|59,040|4|0|4.5|0.01",
                "",
            ],
            table.Select(line => string.Join('|', line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))));
        var series = Assert.Single(json.GetProperty("series").EnumerateArray());
        Assert.Equal(json.GetProperty("bytes").GetInt64(), series.GetProperty("parts").EnumerateArray().Sum(part => part.GetProperty("bytes").GetInt64()));
        Assert.Equal(Month, series.GetProperty("parts")[0].GetProperty("file").GetString());
        Assert.Equal(0, exchange.Stats.RequestsTo("/api/v3/klines") + exchange.Stats.RequestsTo("/data/spot/monthly"));
        // The exchange's clock was asked, which its budget remembers; nothing else is there.
        Assert.Equal(["budget"], Directory.GetFileSystemEntries(folder.Path).Select(entry => Path.GetRelativePath(folder.Path, entry)));

        (await RunAsync(exchange, folder)).Expect(0);
        Assert.Contains("binance:BTCUSDT:1m  nothing: all of it is held", (await RunAsync(exchange, folder, "--dry-run")).Expect(0).Output);
    }

    private static async Task<SortedDictionary<string, string>> OverTheApiAsync()
    {
        await using var exchange = await StartAsync();
        using var folder = new TemporaryFolder();
        (await RunAsync(exchange, folder, "--no-archives")).Expect(0);
        Assert.Equal(0, exchange.Stats.RequestsTo("/data/spot/monthly"));
        return FolderContent.MeaningOf(folder.Path);
    }

    private static Task<SimulatorHost> StartAsync(params Fault[] faults) =>
        SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000, Faults = faults }, Token);

    private static Task<TraderDataProcess.Ended> RunAsync(SimulatorHost exchange, TemporaryFolder folder, params string[] more)
    {
        var url = exchange.BaseUrl.ToString();
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = url, ["BINANCE_ARCHIVE_URL"] = url, ["TRADER_DATA_DIR"] = folder.Path };
        return TraderDataProcess.RunAsync(
            settings, ["backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", "1m", "--start", "2024-12-01", "--end", "2025-01-11", .. more]);
    }
}
