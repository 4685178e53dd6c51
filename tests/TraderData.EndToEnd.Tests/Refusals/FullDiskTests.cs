using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>A full disk is told in words that say what to do, and costs nothing that was stored.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Backfill_onto_a_full_disk_says_so_and_ends_once_there_is_room()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), cancellation);
        using var folder = new TemporaryFolder();
        await using var disk = await SmallDisk.MountAsync(Path.Combine(folder.Path, "data"), 16);
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = Path.Combine(folder.Path, "data") };
        (await BackfillAsync("2024-01-01", "2024-02-01")).Expect(0);
        var held = FolderContent.MeaningOf(disk.Path);

        disk.Fill();
        var full = (await BackfillAsync("2024-01-01", "2024-03-01")).Expect(1);
        disk.Free();

        Assert.Matches(OperationsPage.MessageOf("the disk is full"), full.Error);
        Assert.Equal(held, FolderContent.MeaningOf(disk.Path));
        Assert.Contains("40,320 bars inserted", (await BackfillAsync("2024-01-01", "2024-02-29")).Expect(0).Error);

        async Task<TraderDataProcess.Ended> BackfillAsync(string start, string end)
        {
            await using var process = TraderDataProcess.StartOn(
                disk, settings, "backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", "1m", "--start", start, "--end", end);
            return await process.EndAsync();
        }
    }
}
