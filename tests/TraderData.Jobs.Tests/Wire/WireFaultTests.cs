using System.Collections.Concurrent;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>What a bad wire does to a backfill: nothing that was stored is lost, and the error names the series and the row.</summary>
public sealed class WireFaultTests(PostgresServer postgres)
{
    // Two chunks of a year, of which the last months are held before the fault comes; each takes several requests of Binance.
    private const string Start = "2025-02-01";
    private const string HeldFrom = "2026-06-01";
    private const string End = "2026-11-01";

    private static readonly ConcurrentDictionary<Series, Lazy<Task<string[]>>> NeverBroken = [];

    public static TheoryData<string, string, FaultKind> Faults() =>
    [
        .. from wire in new[] { ("binance", "BTCUSDT"), ("alpaca", "BTC/USD") }
           from kind in new[] { FaultKind.Truncated, FaultKind.MalformedJson, FaultKind.UnsortedRows, FaultKind.RuleBreakingRow, FaultKind.DuplicateRow }
           select (wire.Item1, wire.Item2, kind),
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Answers_that_are_bad_for_a_time_cost_an_error_and_no_bar(string source, string symbol, FaultKind kind)
    {
        await using var exchange = await Exchange.StartAsync(postgres);
        var series = new Series(source, symbol, Timeframe.H1);
        Assert.False((await exchange.BackfillAsync(source, symbol, "1h", HeldFrom, End)).Failed);
        var held = await exchange.BarsAsync(series);

        exchange.Simulator.Faults.Add(new Fault(kind) { Contains = symbol, Count = null });
        var broken = Assert.Single((await exchange.BackfillAsync(source, symbol, "1h", Start, End)).Series);

        Assert.Contains(series.ToString(), broken.Error, StringComparison.Ordinal);
        Assert.Contains("row ", broken.Error, StringComparison.Ordinal);
        Assert.Contains(exchange.Quarantine.Refused, r => r.Series == series);
        Assert.Equal(held, (await exchange.BarsAsync(series))[^held.Length..]);

        exchange.Simulator.Faults.Clear();
        var healed = Assert.Single((await exchange.BackfillAsync(source, symbol, "1h", Start, End)).Series);
        Assert.Null(healed.Error);
        Assert.Equal(0, healed.Written.Changed);
        Assert.Equal(await NeverBrokenAsync(series), await exchange.BarsAsync(series));
        Assert.Equal([World.Range(Start, End)], (await exchange.Store.FindAsync(series, TestContext.Current.CancellationToken))!.Fetched);
    }

    [Theory]
    [InlineData("binance", "BTCUSDT", "1m")]
    [InlineData("binance", "BTCUSDT", "1d")]
    [InlineData("alpaca", "BTC/USD", "1h")]
    public async Task Forming_bar_is_never_stored_even_when_the_source_lies(string source, string symbol, string text)
    {
        await using var exchange = await Exchange.StartAsync(postgres);
        exchange.Simulator.Faults.Add(new Fault(FaultKind.LyingFormingBar) { Count = null });
        var timeframe = Timeframe.Parse(text);
        var beforeMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

        var report = await exchange.BackfillAsync(source, symbol, text, TimeText.Iso(timeframe.Floor(beforeMs) - (5 * timeframe.DurationMs)), "2100-01-01");

        var afterMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Null(report.Series[0].Error);
        var info = await exchange.Store.FindAsync(report.Series[0].Series, TestContext.Current.CancellationToken);
        Assert.InRange(info!.LastMs!.Value + timeframe.DurationMs, timeframe.Floor(beforeMs) - timeframe.DurationMs, afterMs);
        Assert.InRange(info.Fetched[^1].EndMs, info.LastMs.Value + timeframe.DurationMs, afterMs);
    }

    [Fact]
    public async Task Backfill_over_the_wire_twice_asks_and_writes_nothing_the_second_time()
    {
        await using var exchange = await Exchange.StartAsync(postgres);
        await exchange.BackfillAsync("binance", "BTCUSDT,ETHUSDT", "1h", Start, End);
        var held = await exchange.BarsAsync(new Series("binance", "BTCUSDT", Timeframe.H1));
        exchange.Simulator.Faults.Add(new Fault(FaultKind.Status) { Contains = "klines", Count = null });

        var report = await exchange.BackfillAsync("binance", "BTCUSDT,ETHUSDT", "1h", Start, End);

        Assert.All(report.Series, s => Assert.Equal("nothing to write: all 2 chunks are held already", s.Summary));
        Assert.Equal(held, await exchange.BarsAsync(new Series("binance", "BTCUSDT", Timeframe.H1)));
    }

    private Task<string[]> NeverBrokenAsync(Series series) => NeverBroken.GetOrAdd(series, key => new Lazy<Task<string[]>>(async () =>
    {
        await using var whole = await Exchange.StartAsync(postgres);
        await whole.BackfillAsync(key.Source, key.Symbol, "1h", Start, End);
        return await whole.BarsAsync(key);
    })).Value;
}
