using System.Net;
using TraderData.Core;

namespace TraderData.Simulator.Tests;

/// <summary>Minutes that come late, change afterwards or never come, and what the market says of them to a test.</summary>
public sealed class FlawedMarketTests
{
    private const string Url = "&startTime=1795132800000&limit=1000";
    private static readonly long FirstMs = FixedClock.Parse("2026-11-20");
    private static readonly TimeRange Range = new(FirstMs, FirstMs + (1_000 * 60_000));

    [Fact]
    public async Task Late_minutes_come_within_the_hour_with_the_values_they_have()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Flaws = new MarketFlaws(Late: 2_000), now: "2026-11-20T16:40:00Z");
        await using var plain = await SimulatorClient.StartAsync(now: "2026-11-20T16:40:00Z");
        var (early, whole) = (await simulator.KlinesAsync("BTCUSDT", "1m", Url), await plain.KlinesAsync("BTCUSDT", "1m", Url));

        Assert.InRange(early.Length, 950, 995);
        Assert.All(whole.Except(early), late => Assert.True(late.Time > simulator.Clock.NowMs - (52 * 60_000)));
        simulator.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(whole, await simulator.KlinesAsync("BTCUSDT", "1m", Url));
    }

    [Fact]
    public async Task Changed_minutes_are_corrected_in_the_night_and_the_market_says_when()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Flaws = new MarketFlaws(Changed: 2_000), now: "2026-11-21T00:44:00Z");
        var before = await simulator.KlinesAsync("BTCUSDT", "1m", Url);
        simulator.Clock.Advance(TimeSpan.FromMinutes(1));
        var after = await simulator.KlinesAsync("BTCUSDT", "1m", Url);
        await using var plain = await SimulatorClient.StartAsync(now: "2026-11-21T00:45:00Z");

        var changed = before.Except(after).Select(row => row.Time).ToArray();
        Assert.InRange(changed.Length, 150, 250);
        Assert.Equal(await plain.KlinesAsync("BTCUSDT", "1m", Url), after);
        var truth = simulator.Host.Truth!;
        Assert.Equal(changed, after.Select(row => row.Time).Where(time => truth.CorrectedMs("binance", "BTCUSDT", time) == simulator.Clock.NowMs));
        Assert.Equal(after.Select(row => row.Volume), Volumes(truth.Minutes("binance", "BTCUSDT", Range, simulator.Clock.NowMs)));
    }

    [Fact]
    public async Task Missing_minutes_never_come()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Flaws = new MarketFlaws(Missing: 2_000), now: "2027-11-20T00:00:00Z");

        var rows = await simulator.KlinesAsync("BTCUSDT", "1m", Url + $"&endTime={Range.EndMs - 1}");

        Assert.InRange(rows.Length, 750, 850);
        Assert.Equal(rows.Select(row => row.Time), simulator.Host.Truth!.Minutes("binance", "BTCUSDT", Range, simulator.Clock.NowMs).Times.ToArray());
    }

    [Fact]
    public async Task Further_pairs_are_listed_and_have_bars()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.MorePairs = 3);

        Assert.Equal(["SIM1USDT", "SIM2USDT", "SIM3USDT"], simulator.Host.Truth!.Symbols.Where(symbol => symbol.StartsWith("SIM", StringComparison.Ordinal)));
        Assert.Contains("\"SIM3USDT\"", (await simulator.GetAsync("/api/v3/exchangeInfo")).Body, StringComparison.Ordinal);
        Assert.Equal(10, (await simulator.KlinesAsync("SIM3USDT", "1m", "&limit=10")).Length);
        Assert.Throws<ArgumentException>(() => simulator.Host.Truth!.Minutes("binance", "SIM4USDT", Range, 0));
    }

    [Fact]
    public async Task Request_right_behind_the_beginning_of_a_ban_was_under_way_and_later_ones_are_violations()
    {
        await using var simulator = await SimulatorClient.StartAsync(o =>
        {
            o.BanNotice = TimeSpan.FromSeconds(10);
            o.Faults = [new Fault(FaultKind.Banned) { Delay = TimeSpan.FromMinutes(1) }];
        });
        Assert.Equal(418, (int)(await simulator.GetAsync("/api/v3/ping")).Status);
        Assert.Equal(418, (int)(await simulator.GetAsync("/api/v3/ping")).Status);
        Assert.Equal((1, 0), (simulator.Host.Stats.Stragglers, simulator.Host.Stats.Violations));
        simulator.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(418, (int)(await simulator.GetAsync("/api/v3/ping")).Status);
        Assert.Equal((1, 1, 1), (simulator.Host.Stats.Stragglers, simulator.Host.Stats.Violations, simulator.Host.Stats.AskedWhileBanned));
        Assert.Equal(1, simulator.Host.Stats.FaultsOf(FaultKind.Banned));
    }

    [Fact]
    public async Task Ban_that_was_told_to_a_client_that_was_killed_is_told_anew_and_one_that_was_told_long_before_is_not()
    {
        await using var simulator = await SimulatorClient.StartAsync(o =>
        {
            o.BanNotice = TimeSpan.FromSeconds(10);
            o.Faults = [new Fault(FaultKind.Banned) { Delay = TimeSpan.FromMinutes(1) }];
        });
        async Task<(long Stragglers, long AskedWhileBanned)> AskAsync(int seconds)
        {
            simulator.Clock.Advance(TimeSpan.FromSeconds(seconds));
            Assert.Equal(418, (int)(await simulator.GetAsync("/api/v3/ping")).Status);
            return (simulator.Host.Stats.Stragglers, simulator.Host.Stats.AskedWhileBanned);
        }

        _ = await AskAsync(0);
        simulator.Clock.Advance(TimeSpan.FromSeconds(5));
        simulator.Host.LoseBanNotice();
        Assert.Equal((1, 0), await AskAsync(15));
        Assert.Equal((2, 0), await AskAsync(9));
        Assert.Equal((2, 1), await AskAsync(1));
        simulator.Host.LoseBanNotice();
        Assert.Equal((2, 2), await AskAsync(1));
    }

    [Fact]
    public async Task Html_page_is_a_success_that_holds_no_bar()
    {
        await using var simulator = await SimulatorClient.StartAsync(o => o.Faults = [new Fault(FaultKind.HtmlPage)]);
        var answer = await simulator.GetAsync("/api/v3/klines?symbol=BTCUSDT&interval=1m");
        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal("text/html", answer.Headers["Content-Type"]);
        Assert.StartsWith("<!DOCTYPE html>", answer.Body, StringComparison.Ordinal);
    }

    private static decimal[] Volumes(BarBlock bars) => [.. Enumerable.Range(0, bars.Count).Select(i => bars.At(i).Volume!.Value.ToDecimal())];
}
