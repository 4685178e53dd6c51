using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>Repair against a simulated exchange and a real Postgres: every hole is filled or explained.</summary>
public sealed class RepairOverTheWireTests(PostgresServer postgres)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Halt_of_the_exchange_becomes_a_known_hole()
    {
        await using var exchange = await Exchange.StartAsync(postgres);
        var series = new Series("binance", "BTCUSDT", Timeframe.M1);
        await exchange.BackfillAsync("binance", "BTCUSDT", "1m", "2024-08-12", "2024-08-15");
        Assert.Equal(new CauseCounts(0, 270, 0, 0, 0), await CausesAsync(exchange, series));

        var repair = Assert.Single((await exchange.RepairAsync()).Series);

        Assert.Equal("270 bars are due in 1 gap: 0 came, still absent: source_missing 270", repair.Summary);
        Assert.Equal(new CauseCounts(0, 0, 270, 0, 0), await CausesAsync(exchange, series));
        Assert.Empty((await exchange.RepairAsync()).Series);
    }

    [Fact]
    public async Task Minutes_of_a_stock_without_a_trade_are_told_from_nights_and_from_an_outage()
    {
        await using var exchange = await Exchange.StartAsync(postgres);
        var series = new Series("alpaca", "AAPL", Timeframe.M1);
        await exchange.BackfillAsync("alpaca", "AAPL", "1m", "2024-07-02", "2024-07-03");
        await exchange.BackfillAsync("alpaca", "AAPL", "1m", "2024-07-05", "2024-07-06");
        var never = await CausesAsync(exchange, series);

        // The half day before the holiday was never asked for: 210 minutes, the others are quiet ones.
        Assert.InRange(never.Pending, 211, 600);
        Assert.Equal(0, never.NoTrade + never.SourceMissing + never.FetchFailed);

        exchange.Simulator.Faults.Add(new Fault(FaultKind.Status) { Status = 502, Contains = "AAPL", Count = null });
        var failed = Assert.Single((await exchange.RepairAsync()).Series);
        Assert.Contains("; failed: alpaca:AAPL:1m: ", failed.Summary, StringComparison.Ordinal);
        Assert.Contains("502", failed.Summary, StringComparison.Ordinal);
        Assert.Contains("502", Assert.Single((await exchange.Store.FindAsync(series, Cancel))!.Failures).Message, StringComparison.Ordinal);
        Assert.True((await CausesAsync(exchange, series)).FetchFailed > 0);
        Assert.Empty((await exchange.RepairAsync()).Series);

        // The source recovers, and the time to wait is over.
        exchange.Simulator.Faults.Clear();
        await exchange.RepairAsync(later: TimeSpan.FromMinutes(16));
        await exchange.RepairAsync(later: TimeSpan.FromMinutes(17));
        var known = await CausesAsync(exchange, series);
        Assert.Equal((0, 0, 0, never.SessionClosed), (known.FetchFailed, known.Pending, known.SourceMissing, known.SessionClosed));
        Assert.InRange(known.NoTrade, 1, never.Pending - 100);
        Assert.Empty((await exchange.RepairAsync(later: TimeSpan.FromDays(2))).Series);
        await using var whole = await Exchange.StartAsync(postgres);
        await whole.BackfillAsync("alpaca", "AAPL", "1m", "2024-07-02", "2024-07-06");
        Assert.Equal(await whole.BarsAsync(series), await exchange.BarsAsync(series));
    }

    private static async Task<CauseCounts> CausesAsync(Exchange exchange, Series series)
    {
        var info = (await exchange.Store.FindAsync(series, Cancel))!;
        return (await CoverageScan.ReadAsync(exchange.Store, new SeriesReading(series, info), null, null, Cancel)).Causes;
    }
}
