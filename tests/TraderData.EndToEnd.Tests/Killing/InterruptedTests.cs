using TraderData.Simulator;

namespace TraderData.EndToEnd.Tests;

/// <summary>Ctrl-C and SIGTERM stop cleanly, and tell how to go on.</summary>
public sealed class InterruptedTests
{
    // A signal may come when the work is done already.
    private const int Tries = 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task Backfill_that_is_interrupted_says_how_to_go_on_and_does(string signal, int exitCode)
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = folder.Path };
        string[] command = ["backfill", "--source", "binance", "--symbols", "BTCUSDT,ETHUSDT,SOLUSDT", "--timeframe", "1m", "--start", "2023-01-01", "--end", "2024-01-01"];
        await using (var process = TraderDataProcess.Start(settings, command))
        {
            await WaitForAsync(process, folder.Path, "*.parquet");
            var ended = (await process.SignalAsync(signal)).Expect(exitCode);
            Assert.Equal("trader-data: stopped. Run the same command again: it goes on behind the last chunk that was stored.\n", ended.Error);
        }

        var held = Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories).Length;
        Assert.InRange(held, 1, 35);
        (await TraderDataProcess.RunAsync(settings, command)).Expect(0);
        Assert.Equal(36, Directory.GetFiles(folder.Path, "*.parquet", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task Export_that_is_interrupted_leaves_nothing_and_says_so()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { BinanceWeightPerMinute = 1_000_000 }, Token);
        using var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string> { ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(), ["TRADER_DATA_DIR"] = Path.Combine(folder.Path, "data") };
        string[] series = ["BTCUSDT", "--timeframe", "1m", "--start", "2023-01-01", "--end", "2023-07-01"];
        (await TraderDataProcess.RunAsync(settings, ["backfill", "--source", "binance", "--symbols", .. series])).Expect(0);
        for (var i = 0; i < Tries; i++)
        {
            var place = Directory.CreateDirectory(Path.Combine(folder.Path, $"try-{i}")).FullName;
            await using var process = TraderDataProcess.Start(settings, ["export", "lona", "--symbol", .. series, "--output", Path.Combine(place, "btc.csv")]);
            await WaitForAsync(process, place, "*");
            var ended = await process.SignalAsync("INT");
            if (ended.ExitCode == 0)
                continue;
            Assert.Equal("trader-data: stopped. Run the same command again: nothing was left of the file.\n", ended.Expect(130).Error);
            Assert.Empty(Directory.GetFiles(place));
            return;
        }

        Assert.Fail($"none of {Tries} exports was interrupted before its end");
    }

    [Fact]
    public async Task Service_that_is_terminated_has_done_its_work()
    {
        using var folder = new TemporaryFolder();
        await using var process = TraderDataProcess.Start(new Dictionary<string, string> { ["TRADER_DATA_DIR"] = folder.Path }, "serve", "--urls", "http://127.0.0.1:0");
        await process.WaitForAsync("Listening on ", Token);
        (await process.SignalAsync("TERM")).Expect(0);
    }

    private static async Task WaitForAsync(TraderDataProcess process, string folder, string pattern)
    {
        while (!process.HasExited && Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).Length == 0)
            await Task.Delay(1, Token);
    }
}
