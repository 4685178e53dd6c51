using System.Text;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>The few series that goldens and docs/api.md show.</summary>
internal static class Sample
{
    public static readonly long Start = Ms("2024-01-31T20:00:00Z");

    /// <summary>BTCUSDT 1h with a hole of two hours that was asked for twice, a failure behind it and an unknown volume, BTCUSDT 1d with a restatement, BTC/USD 1h, AAPL 1d, and a symbol that is not ASCII.</summary>
    public static async Task<MemoryBarStore> StoreAsync()
    {
        var clock = new SettableTime { NowMs = Ms("2024-02-25") };
        var store = new MemoryBarStore(blockRows: 2, clock);
        var asked = new TimeRange(Start, Start + (8 * 3_600_000));
        await WriteAsync(store, "binance", "BTCUSDT", "1h", new Provenance(AssetClass.Crypto), asked,
            Bar("2024-01-31T20:00:00Z", "42870.13000000", "42933.9", "42810", "42919.99", "812.4410200"),
            Bar("2024-01-31T21:00:00Z", "42919.99", "42920", "42500.01", "42569.77", "1034.00007"),
            Bar("2024-01-31T22:00:00Z", "42569.76", "42650", "42511.3", "42646.42", "0"),
            Bar("2024-02-01T01:00:00Z", "42546.02", "42590.25", "42398.34", "42401.51", null),
            Bar("2024-02-01T02:00:00Z", "42401.5", "42450", "42250", "42388.88", "950.123456789"));
        var hours = new Series("binance", "BTCUSDT", Timeframe.H1);
        await store.WriteAsync(hours, new BarWrite(BarBlock.Empty, new Provenance(AssetClass.Crypto), new TimeRange(Start, Start + (5 * 3_600_000))) { IsSecondAsk = true }, CancellationToken.None);
        var failure = new FetchFailure(new TimeRange(asked.EndMs, asked.EndMs + 3_600_000), "binance GET /api/v3/klines failed: 502", Ms("2024-02-25T00:10:00Z"), 2);
        await store.WriteAsync(hours, new BarWrite(BarBlock.Empty, new Provenance(AssetClass.Crypto)) { Failure = failure }, CancellationToken.None);
        await WriteAsync(store, "binance", "BTCUSDT", "1d", new Provenance(AssetClass.Crypto), null,
            Bar("2024-01-31", "42941.1", "43745.11", "42276.84", "42580.1", "39497"));
        await WriteAsync(store, "alpaca", "BTC/USD", "1h", new Provenance(AssetClass.Crypto, Feed: "us"), null,
            Bar("2024-01-31T20:00:00Z", "42870.5", "42933", "42811.115", "42920.5", "0.000000001"));
        await WriteAsync(store, "alpaca", "AAPL", "1d", new Provenance(AssetClass.Stock, Feed: "iex", Adjustment: "raw"), new TimeRange(Ms("2024-01-30"), Ms("2024-02-02")),
            Bar("2024-01-30T05:00:00Z", "190.94", "191.8", "187.47", "188.04", "55859370"),
            Bar("2024-01-31T05:00:00Z", "187.04", "187.095", "184.35", "184.4", "55467803"));
        await WriteAsync(store, "import", "ÄÖÜ币安", "1h", Provenance.Unknown, null,
            Bar("2024-01-31T20:00:00Z", "1", "1", "1", "1", "1"));

        // The close was off by a digit.
        clock.NowMs = Ms("2024-02-26");
        await WriteAsync(store, "binance", "BTCUSDT", "1d", new Provenance(AssetClass.Crypto), null,
            Bar("2024-01-31", "42941.1", "43745.11", "42276.84", "42580", "39497"));
        return store;
    }

    public static long Ms(string time) => TimeText.TryParse(time, out var timeMs) ? timeMs : throw new FormatException(time);

    public static Bar Bar(string time, string open, string high, string low, string close, string? volume) =>
        new(Ms(time), Number(open), Number(high), Number(low), Number(close), volume is null ? null : Number(volume));

    public static ScaledDecimal Number(string text) => Utf8Decimal.Parse(Encoding.UTF8.GetBytes(text), out var value) == DecimalParse.Ok
        ? value
        : throw new FormatException(text);

    private static async Task WriteAsync(MemoryBarStore store, string source, string symbol, string timeframe, Provenance provenance, TimeRange? asked, params Bar[] bars)
    {
        var series = new Series(source, symbol, Timeframe.Parse(timeframe));
        var builder = new BarBlockBuilder(series.ToString());
        foreach (var bar in bars)
            builder.Add(bar);
        await store.WriteAsync(series, new BarWrite(builder.Build(), provenance, asked), CancellationToken.None);
    }
}
