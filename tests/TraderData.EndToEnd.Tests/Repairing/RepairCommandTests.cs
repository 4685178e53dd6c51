using System.Text.Json;
using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary><c>trader-data repair</c>, and what <c>coverage</c> tells before and after it.</summary>
public sealed class RepairCommandTests
{
    private static readonly string[] Series = ["--symbol", "BTCUSDT", "--timeframe", "1m"];

    [Fact]
    public async Task Repair_tells_what_is_due_asks_for_it_and_makes_it_a_known_hole()
    {
        using var folder = new TemporaryFolder();
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = folder.Path };
        await ExportedLake.BackfillAsync(settings);

        var due = (await TraderDataProcess.RunAsync(settings, ["repair", "--dry-run"])).Expect(0);
        Assert.Contains("binance:BTCUSDT:1m: 270 bars are due in 1 gap\n", due.Output);
        Assert.Contains("2024-08-13T02:00:00Z  2024-08-13T06:30:00Z  270   pending\n", due.Output);
        var before = (await TraderDataProcess.RunAsync(settings, ["coverage", .. Series])).Expect(0).Output;
        Assert.Contains("270 bars are missing, in 1 gap:\n", before);
        Assert.Contains("By cause: pending 270.\n", before);

        var repaired = (await TraderDataProcess.RunAsync(settings, ["repair", .. Series, "--json"])).Expect(0);
        Assert.Contains("binance:BTCUSDT:1m: 270 bars are due in 1 gap: 0 came, still absent: source_missing 270\n", repaired.Error);
        var json = Assert.Single(JsonDocument.Parse(repaired.Output).RootElement.EnumerateArray());
        Assert.Equal((270, 0, 270), (
            json.GetProperty("due_bars").GetInt32(), json.GetProperty("inserted").GetInt32(), json.GetProperty("causes").GetProperty("source_missing").GetInt32()));
        Assert.Contains("By cause: source_missing 270.\n", (await TraderDataProcess.RunAsync(settings, ["coverage", .. Series])).Expect(0).Output);
        Assert.Equal("Nothing is due; 1 series looked at.\n", (await TraderDataProcess.RunAsync(settings, ["repair"])).Expect(0).Output);
    }
}
