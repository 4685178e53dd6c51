using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>A source that refuses this address for good is left alone, and <c>reopen</c> has it asked again.</summary>
public sealed class StoppedSourceTests
{
    [Theory]
    [InlineData(FaultKind.RegionBlocked, "451")]
    [InlineData(FaultKind.FirewallHtml, "403")]
    public async Task Stopped_source_is_left_alone_until_it_is_reopened(FaultKind fault, string status)
    {
        using var folder = new TemporaryFolder();
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), TestContext.Current.CancellationToken);
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = folder.Path };
        string[] backfill = ["backfill", "--source", "binance", "--symbols", .. ExportedLake.Held[1..]];
        Assert.Contains(
            "source must be one that was asked before (none was), was 'binance'", (await TraderDataProcess.RunAsync(settings, ["reopen", "binance"])).Expect(2).Error,
            StringComparison.Ordinal);

        exchange.Faults.Add(new Fault(fault));
        Assert.Contains(status, (await TraderDataProcess.RunAsync(settings, backfill)).Expect(1).Error, StringComparison.Ordinal);
        Assert.Contains("is stopped until", (await TraderDataProcess.RunAsync(settings, backfill)).Expect(1).Error, StringComparison.Ordinal);

        var told = (await TraderDataProcess.RunAsync(settings, ["reopen", "binance"])).Expect(0).Output;
        Assert.StartsWith("binance is asked again; until now it was not because: ", told, StringComparison.Ordinal);
        Assert.Contains(status, told, StringComparison.Ordinal);
        Assert.Equal("binance is not stopped.\n", (await TraderDataProcess.RunAsync(settings, ["reopen", "binance"])).Expect(0).Output);
        (await TraderDataProcess.RunAsync(settings, backfill)).Expect(0);
    }
}
