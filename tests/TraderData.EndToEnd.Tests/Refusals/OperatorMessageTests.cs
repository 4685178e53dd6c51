using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>What an operator reads of the faults that are not in a source's answers is what <c>docs/operations.md</c> says that it is.</summary>
public sealed class OperatorMessageTests : IDisposable
{
    private readonly ShiftedClock _clock = new();
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _settings = [];
    private readonly long _endMs = Timeframe.M1.Floor(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());

    public OperatorMessageTests() => _settings["TRADER_DATA_DIR"] = _folder.Path;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bars_that_come_late_are_asked_for_again()
    {
        await using var exchange = await StartAsync(new MarketFlaws(Late: 2_000));
        (await BackfillAsync()).Expect(0);
        Assert.DoesNotContain("No bar is missing in between.", await CoverageAsync());

        // By the machine's clock they are not an hour old.
        _settings["TraderData__RepairVerifyAfterMinutes"] = "1";
        _clock.Ahead = TimeSpan.FromMinutes(90);
        var repaired = (await TraderDataProcess.RunAsync(_settings, "repair")).Expect(0);

        Assert.Matches(OperationsPage.MessageOf("a bar that comes late"), repaired.Output);
        Assert.DoesNotContain("still absent", repaired.Output);
    }

    [Fact]
    public async Task Bars_that_are_changed_are_told_and_the_former_values_kept()
    {
        await using var exchange = await StartAsync(new MarketFlaws(Changed: 2_000));
        (await BackfillAsync()).Expect(0);

        _clock.Ahead = TimeSpan.FromHours(25);
        var again = (await BackfillAsync("--again")).Expect(0);

        Assert.Matches(OperationsPage.MessageOf("a bar that is changed"), again.Error);
        Assert.StartsWith("bar ", (await TraderDataProcess.RunAsync(_settings, "revisions", "--symbol", "BTCUSDT", "--timeframe", "1m")).Expect(0).Output);
    }

    [Fact]
    public async Task Clock_that_is_wrong_is_told_by_doctor()
    {
        await using var exchange = await StartAsync(new MarketFlaws());
        _clock.Ahead = TimeSpan.FromMinutes(5);
        _settings["ALPACA_DATA_URL"] = exchange.BaseUrl.ToString();

        var checkedUp = (await TraderDataProcess.RunAsync(_settings, "doctor")).Expect(1);

        Assert.Matches(OperationsPage.MessageOf("the machine's clock is wrong"), checkedUp.Output);
    }

    [Fact]
    public async Task Postgres_that_is_away_is_named_without_its_password()
    {
        await using var exchange = await StartAsync(new MarketFlaws());
        _settings["DATABASE_URL"] = "postgres://somebody:hush-hush@127.0.0.1:1/nowhere";

        var failed = (await BackfillAsync()).Expect(1);

        Assert.Matches(OperationsPage.MessageOf("Postgres is away"), failed.Error);
        Assert.DoesNotContain("hush-hush", failed.Error);
    }

    private async Task<SimulatorHost> StartAsync(MarketFlaws flaws)
    {
        var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { Clock = _clock, Flaws = flaws }, TestContext.Current.CancellationToken);
        _settings["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString();
        return exchange;
    }

    // The two hours up to the exchange's time at first.
    private Task<TraderDataProcess.Ended> BackfillAsync(params string[] flags) => TraderDataProcess.RunAsync(
        _settings,
        ["backfill", "--source", "binance", "--symbols", "BTCUSDT", "--timeframe", "1m", "--start", TimeText.Iso(_endMs - 7_200_000), "--end", TimeText.Iso(_endMs), .. flags]);

    private async Task<string> CoverageAsync() =>
        (await TraderDataProcess.RunAsync(_settings, "coverage", "--symbol", "BTCUSDT", "--timeframe", "1m")).Expect(0).Output;
}
