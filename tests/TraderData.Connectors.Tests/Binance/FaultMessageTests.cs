using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>What an operator reads of each fault of a source is what <c>docs/operations.md</c> says that it is, and behind the fault the bars are there.</summary>
public sealed class FaultMessageTests
{
    private static readonly TimeRange Range = new(1_704_067_200_000, 1_704_153_600_000);

    private readonly FastClock _clock = new(new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero));
    private readonly ListLogger<SourceBudget> _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("429", FaultKind.TooManyRequests)]
    [InlineData("418", FaultKind.Banned)]
    [InlineData("451", FaultKind.RegionBlocked)]
    [InlineData("403", FaultKind.FirewallHtml)]
    [InlineData("5xx", FaultKind.Status)]
    [InlineData("no answer in time", FaultKind.Hang)]
    [InlineData("a connection that breaks", FaultKind.ConnectionReset)]
    [InlineData("a body that is cut", FaultKind.Truncated)]
    [InlineData("a body that is no JSON", FaultKind.MalformedJson)]
    [InlineData("a page of HTML instead", FaultKind.HtmlPage)]
    [InlineData("a row twice, or rows out of order", FaultKind.DuplicateRow)]
    [InlineData("a row twice, or rows out of order", FaultKind.UnsortedRows)]
    [InlineData("a bar against the rules", FaultKind.RuleBreakingRow)]
    public async Task Fault_is_told_as_the_page_for_operators_says(string fault, FaultKind kind)
    {
        await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Clock = _clock }, Cancel);
        var source = new BinanceExchange { Rows = [], Clock = _clock }.Connect(simulator.BaseUrl, _log, new SourceHttpOptions { AttemptTimeout = FastClock.Deadline });
        simulator.Faults.Add(new Fault(kind) { Contains = "/api/v3/klines", Count = kind == FaultKind.TooManyRequests ? 1 : null, Delay = TimeSpan.FromMinutes(10) });

        var said = await SaidAsync(source, kind == FaultKind.Hang);

        var expected = OperationsPage.MessageOf(fault);
        Assert.True(said.Any(expected.IsMatch), $"nothing said is like {expected}:\n{string.Join('\n', said)}");
        simulator.Faults.Clear();
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(24, await CountAsync(source));
    }

    private async Task<string[]> SaidAsync(IMarketDataSource source, bool hangs)
    {
        try
        {
            var count = CountAsync(source);
            while (!count.IsCompleted)
            {
                if (hangs)
                    _clock.MissDeadlines();
                await Task.WhenAny(count, Task.Delay(TimeSpan.FromMilliseconds(200), Cancel));
            }

            await count;
            return [.. _log.Lines];
        }
        catch (Exception e) when (e is SourceException or BadDataException)
        {
            return [.. _log.Lines, e.Message];
        }
    }

    private static async Task<int> CountAsync(IMarketDataSource source)
    {
        var count = 0;
        await foreach (var page in source.FetchBarsAsync("BTCUSDT", Timeframe.H1, Range, Cancel))
            count += page.Bars.Count;
        return count;
    }
}
