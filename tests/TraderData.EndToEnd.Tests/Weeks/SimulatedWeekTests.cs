using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>
/// Collecting bars is left alone while everything goes wrong, and ends with what the exchanges had. The suite lets a few hours pass;
/// <c>TRADER_DATA_WEEK_HOURS=168 dotnet test … --filter-class '*SimulatedWeek*'</c> a whole week.
/// <c>TRADER_DATA_WEEK_SPEED</c> is how many simulated seconds pass in one, and <c>TRADER_DATA_WEEK_LOG</c> a file for what the workers said.
/// </summary>
public sealed class SimulatedWeekTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Week_of_faults_ends_with_the_bars_that_there_were_and_a_cause_for_each_hole()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        await using var postgres = new PostgresServer();
        await using var week = await SimulatedWeek.StartAsync(postgres, seed, cancellation);

        await week.PassAsync(cancellation);
        var verdict = await week.SettleAsync(cancellation);

        if (Environment.GetEnvironmentVariable("TRADER_DATA_WEEK_LOG") is { Length: > 0 } log)
            await File.WriteAllTextAsync(log, week.Worker.Log, cancellation);
        foreach (var (what, count) in week.Counts(verdict))
            output.WriteLine($"{what,-40} {count}");
        Assert.True(verdict.Faults.Count == 0, string.Join('\n', verdict.Faults.Take(40)));
        Assert.Equal(0, week.Stats.Violations);
        Assert.All(SimulatedWeek.Kinds, kind => Assert.True(week.Stats.FaultsOf(kind) > 0, $"no {kind} was given"));
        Assert.Equal(WeekPlan.Hours, week.Worker.Kills);
        Assert.Contains(SimulatedWeek.DiskFull, week.Worker.Log, StringComparison.Ordinal);
        Assert.True(week.Restarts > 0 && week.Worker.SkewedStarts > 0);
        Assert.True(verdict.Restated > 0 && verdict.Causes is { SourceMissing: > 0, NoTrade: > 0, SessionClosed: > 0 });
    }
}
