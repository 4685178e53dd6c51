using System.Diagnostics.Metrics;
using TraderData.Core;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

/// <summary>What streams tell comes into the store, over real websockets, and a lost connection leaves no hole.</summary>
public sealed class BarStreamingTests(PostgresServer postgres)
{
    // TRADER_DATA_STREAM_SYMBOLS=200 to measure.
    private static readonly int Many = int.Parse(Environment.GetEnvironmentVariable("TRADER_DATA_STREAM_SYMBOLS") ?? "40", System.Globalization.CultureInfo.InvariantCulture);

    // A tenth of it on a machine that does nothing else.
    private const double MostSeconds = 5;

    private const string BeforeClose = "2026-03-02T11:59:56Z";
    private static readonly long CloseMs = World.Ms("2026-03-02T12:00:00Z");
    private static readonly Series Minutes = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Series Hours = new("binance", "BTCUSDT", Timeframe.H1);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bars_that_close_are_stored_as_they_are_at_the_source(bool withPostgres)
    {
        await using var world = await StreamWorld.StartAsync(BeforeClose, await DatabaseAsync(withPostgres), "binance:BTCUSDT,ETHUSDT@1m,1h");
        await world.FollowAsync();
        // The first connection has the ordinary ingest fetch what is not held: a day of minutes.
        await StreamWorld.WaitAsync(async () => (await world.TimesAsync(Minutes)).Length >= 1_440);

        await StreamWorld.WaitAsync(async () => (await world.TimesAsync(Minutes))[^1] == CloseMs - 60_000 && (await world.TimesAsync(Hours))[^1] == CloseMs - 3_600_000);

        var streamed = await BarsAsync(world, Minutes);
        Assert.Empty(world.Log.Entries);
        await world.BackfillAsync(["BTCUSDT"], new TimeRange(CloseMs - 600_000, CloseMs));
        Assert.Equal(streamed, await BarsAsync(world, Minutes));
        var info = await world.Store.FindAsync(Minutes, Cancel);
        Assert.Equal(CloseMs, Assert.Single(info!.Fetched).EndMs);
        Assert.Equal(AssetClass.Crypto, info.Provenance.AssetClass);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Forming_bar_is_provisional_and_not_in_the_store(bool withPostgres)
    {
        await using var world = await StreamWorld.StartAsync("2026-03-02T12:00:20Z", await DatabaseAsync(withPostgres), "binance:BTCUSDT@1m,1h");
        await world.FollowAsync();

        await StreamWorld.WaitAsync(async () => (await world.Provisional.ReadAsync(Minutes, Cancel)).Count > 0 && (await world.TimesAsync(Minutes)).Length >= 1_440);

        var forming = await world.Provisional.ReadAsync(Minutes, Cancel);
        var early = forming.At(0);
        Assert.Equal(CloseMs, Assert.Single(forming.Times.ToArray()));
        Assert.Equal(CloseMs, Assert.Single((await world.Provisional.ReadAsync(Hours, Cancel)).Times.ToArray()));
        Assert.Equal(CloseMs - 60_000, (await world.TimesAsync(Minutes))[^1]);
        // It comes on as trades come.
        await StreamWorld.WaitAsync(async () => (await world.Provisional.ReadAsync(Minutes, Cancel)).At(0).Volume > early.Volume);
        Assert.Empty(world.Log.Entries);
    }

    [Fact]
    public async Task What_a_dropped_connection_missed_is_filled_before_the_next_bar_is_written()
    {
        await using var world = await StreamWorld.StartAsync(BeforeClose, null, "binance:BTCUSDT@1m");
        // Held up to some minutes ago, as after a night without a connection.
        await world.BackfillAsync(["BTCUSDT"], new TimeRange(CloseMs - (60 * 60_000), CloseMs - (30 * 60_000)));
        world.Exchange.Faults.Add(new Fault(FaultKind.StreamDrop) { Contains = "closed" });
        await world.FollowAsync();

        await StreamWorld.WaitAsync(async () => (await world.TimesAsync(Minutes))[^1] == CloseMs - 60_000);

        Assert.Equal(Enumerable.Range(0, 60).Select(i => CloseMs - ((60 - i) * 60_000L)), await world.TimesAsync(Minutes));
        var (level, _, text) = Assert.Single(world.Log.Entries);
        Assert.Contains("stream of binance lost", text);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, level);
        Assert.True(world.Exchange.Stats.RequestsTo("/stream") >= 2);
    }

    [Fact]
    public async Task Bar_behind_a_hole_waits_until_the_hole_is_filled()
    {
        await using var world = await StreamWorld.StartAsync("2026-03-02T11:59:57Z", null, "binance:BTCUSDT@1m");
        await world.BackfillAsync(["BTCUSDT"], new TimeRange(CloseMs - (60 * 60_000), CloseMs - (30 * 60_000)));
        // The API is away while the connection is made: what was missed then cannot be asked for.
        world.Exchange.Faults.Add(new Fault(FaultKind.Status) { Contains = "/api/v3/klines", Count = 6, Status = 502 });
        await world.FollowAsync();

        await StreamWorld.WaitAsync(async () => (await world.TimesAsync(Minutes))[^1] == CloseMs - 60_000);

        Assert.Equal(Enumerable.Range(0, 60).Select(i => CloseMs - ((60 - i) * 60_000L)), await world.TimesAsync(Minutes));
    }

    [Fact]
    public async Task Message_that_cannot_be_read_is_named_and_stops_nothing()
    {
        await using var world = await StreamWorld.StartAsync(BeforeClose, null, "binance:BTCUSDT,ETHUSDT@1m");
        world.Exchange.Faults.Add(new Fault(FaultKind.StreamMalformed) { Contains = "btcusdt@kline_1m forming" });
        await world.FollowAsync();

        await StreamWorld.WaitAsync(async () => (await world.TimesAsync(Minutes)) is [.., var last] && last == CloseMs - 60_000);

        var (_, _, text) = Assert.Single(world.Log.Entries);
        Assert.Contains("stream of binance: a message is refused: binance stream message: malformed JSON", text);
        Assert.Equal(1, world.Exchange.Stats.RequestsTo("/stream"));
    }

    [Fact]
    public async Task Duplicate_and_late_messages_change_nothing()
    {
        await using var world = await StreamWorld.StartAsync(BeforeClose, null, "binance:BTCUSDT,ETHUSDT@1m");
        world.Exchange.Faults.Add(new Fault(FaultKind.StreamDuplicate) { Contains = "btcusdt@kline_1m closed" });
        world.Exchange.Faults.Add(new Fault(FaultKind.StreamLate) { Contains = "ethusdt@kline_1m closed", Delay = TimeSpan.FromSeconds(1) });
        await world.FollowAsync();
        var ether = new Series("binance", "ETHUSDT", Timeframe.M1);

        await StreamWorld.WaitAsync(async () => (await world.TimesAsync(ether)) is [.., var last] && last == CloseMs - 60_000);

        Assert.Equal(await world.TimesAsync(Minutes), await world.TimesAsync(ether));
        Assert.Empty(world.Log.Entries);
        var revisions = 0;
        await foreach (var _ in world.Store.ReadRevisionsAsync(Minutes, TimeRange.All, Cancel))
            revisions++;
        Assert.Equal(0, revisions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Symbols_that_close_together_are_stored_soon(bool withPostgres)
    {
        string[] symbols = [.. Enumerable.Range(0, Many).Select(i => $"S{i:D3}USDT")];
        await using var world = await StreamWorld.StartAsync("2026-03-02T11:59:50Z", await DatabaseAsync(withPostgres), $"binance:{string.Join(',', symbols)}@1m");
        var report = await world.BackfillAsync(symbols, new TimeRange(CloseMs - (60 * 60_000L), CloseMs - 60_000));
        Assert.False(report.Failed);
        var delays = new System.Collections.Concurrent.ConcurrentQueue<double>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => l.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<double>((instrument, delay, _, _) =>
        {
            if (instrument.Name == "stream.delay")
                delays.Enqueue(delay);
        });
        listener.Start();
        await world.FollowAsync();

        await StreamWorld.WaitAsync(() => Task.FromResult(delays.Count >= symbols.Length), seconds: 90);

        var sorted = delays.Order().ToArray();
        TestContext.Current.SendDiagnosticMessage($"{(withPostgres ? "Postgres" : "lake")}: median {sorted[Many / 2]:0.000} s, last {sorted[^1]:0.000} s behind the close");
        Assert.InRange(sorted[^1], 0, MostSeconds);
        foreach (var symbol in symbols)
            Assert.Equal(CloseMs - 60_000, (await world.TimesAsync(new Series("binance", symbol, Timeframe.M1)))[^1]);
    }

    private async Task<string?> DatabaseAsync(bool withPostgres) => withPostgres ? await postgres.CreateDatabaseAsync(Cancel) : null;

    private static async Task<string> BarsAsync(StreamWorld world, Series series)
    {
        var lines = new List<string>();
        await foreach (var block in world.Store.ReadAsync(series, new BarQuery(new TimeRange(CloseMs - 600_000, CloseMs)), Cancel))
            lines.Add(BarText.Of(block.Normalize()));
        return string.Join('\n', lines);
    }
}
