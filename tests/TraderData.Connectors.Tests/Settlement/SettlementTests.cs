using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Connectors.Alpaca;
using TraderData.Connectors.Binance;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

/// <summary>What a source may still change is not taken, for as long as the settings say.</summary>
public sealed class SettlementTests
{
    private const string Now = "2026-03-02T15:00:10Z";
    private readonly RunningClock _clock = new(Now);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("binance", 0, "2026-03-02T15:00:00Z")]
    [InlineData("binance", 60, "2026-03-02T14:59:00Z")]
    [InlineData("alpaca", 0, "2026-03-02T15:00:00Z")]
    [InlineData("alpaca", 30, "2026-03-02T14:59:00Z")]
    [InlineData("alpaca", 180, "2026-03-02T14:57:00Z")]
    public async Task Bars_are_answered_up_to_where_they_are_settled(string name, int seconds, string end)
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { Clock = _clock }, Token);
        using var http = SourceHttpClient.Create();
        using var budget = new SourceBudget(name, exchange.BaseUrl, new SourceBudgetOptions { LimitPerMinute = 200 }, new MemoryBudgetStore(), _clock, NullLogger.Instance);
        var settlement = TimeSpan.FromSeconds(seconds);
        IMarketDataSource source = name == "binance"
            ? new BinanceSource(http, new BinanceOptions { BaseUrl = exchange.BaseUrl, Settlement = settlement }, budget, _clock, NullLogger<BinanceSource>.Instance)
            : new AlpacaSource(http, new AlpacaOptions { DataUrl = exchange.BaseUrl, Settlement = settlement }, budget, _clock, NullLogger<AlpacaSource>.Instance);
        var startMs = Timeframe.H1.Floor(_clock.GetUtcNow().ToUnixTimeMilliseconds()) - 3_600_000;

        var answered = 0L;
        await foreach (var page in source.FetchBarsAsync(name == "binance" ? "BTCUSDT" : "BTC/USD", Timeframe.M1, new TimeRange(startMs, startMs + 7_200_000), Token))
        {
            answered = page.Answered.EndMs;
            Assert.True(page.Bars.LastMs < answered);
        }

        Assert.Equal(end, TimeText.Iso(answered));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_801)]
    public void Settlement_beyond_all_measure_is_refused(int seconds) =>
        Assert.Contains("Alpaca settlement must be 0 to half an hour", Assert.Single(new AlpacaOptions { Settlement = TimeSpan.FromSeconds(seconds) }.FindFaults()));
}
