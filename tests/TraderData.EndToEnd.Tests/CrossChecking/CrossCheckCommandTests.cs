using System.Text.Json;
using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary><c>trader-data crosscheck</c> against an exchange that tells the same, and one that tells another story.</summary>
public sealed class CrossCheckCommandTests
{
    [Fact]
    public async Task CrossCheck_passes_what_is_the_same_and_lists_what_differs_with_both_values()
    {
        using var folder = new TemporaryFolder();
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), TestContext.Current.CancellationToken);
        await using var other = await SimulatorHost.StartAsync(new SimulatorOptions { Seed = 2 }, TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = folder.Path };
        Assert.StartsWith("There are no bars of a day that is over to compare", (await TraderDataProcess.RunAsync(settings, ["crosscheck"])).Expect(0).Output, StringComparison.Ordinal);
        await ExportedLake.BackfillAsync(settings);

        string[] day = ["crosscheck", "--symbol", "BTCUSDT", "--day", "2024-08-12"];
        Assert.Equal(
            "binance:BTCUSDT:1m of 2024-08-12T00:00:00Z against the API: 1,440 bars, all the same\n",
            (await TraderDataProcess.RunAsync(settings, day)).Expect(0).Output);

        settings["BINANCE_BASE_URL"] = other.BaseUrl.ToString();
        var told = (await TraderDataProcess.RunAsync(settings, day)).Expect(1);
        Assert.Contains(" values differ in 1,440 bars, first open of 2024-08-12T00:00:00Z: stored ", told.Output);
        Assert.Contains(" more; --json lists up to 1000.\n", told.Output);
        var listed = JsonDocument.Parse((await TraderDataProcess.RunAsync(settings, [.. day, "--json"])).Expect(1).Output).RootElement[0];
        Assert.Equal(1_000, listed.GetProperty("differences").GetArrayLength());
        Assert.True(listed.GetProperty("difference_count").GetInt32() > 1_000);
        Assert.True(File.Exists(Path.Combine(folder.Path, listed.GetProperty("kept_as").GetString()!)));
    }
}
