using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class PostgresChangesTests(PostgresServer server)
{
    private static readonly Series Coin = new("binance", "币安人生USDT", Timeframe.M1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_are_told_with_series_range_and_version_and_nothing_else_is()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var heard = await Heard.StartAsync(database);

        await WriteAsync(database, Bars(0, 100, 1), null);
        await WriteAsync(database, Bars(0, 100, 1), null);
        await WriteAsync(database, Bars(10, 2, 2), null);
        await WriteAsync(database, BarBlock.Empty, new TimeRange(0, 60_000));
        await WriteAsync(database, BarBlock.Empty, new TimeRange(0, 60_000));
        await database.Store.PruneAsync(Coin, Partition.At(Timeframe.M1, 0), (_, _, _) => Task.FromResult(true), Cancellation);
        await database.ExecuteAsync("NOTIFY trader_data_bars, '[\"end\"]'");

        var month = Partition.At(Timeframe.M1, 0).Range;
        BarsChanged[] expected =
        [
            new(Coin, new TimeRange(0, (99 * 60_000) + 1), 1), new(Coin, new TimeRange(600_000, 660_001), 2), new(Coin, null, 3), new(Coin, month, 4), BarsChanged.Anything,
        ];
        Assert.Equal(expected, await heard.TakeAsync(5));
    }

    [Theory]
    [InlineData("INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close) VALUES ('X', '1h', '2024-01-01Z', 1, 1, 1, 1)")]
    [InlineData("UPDATE market.ohlcv SET close = close + 1")]
    [InlineData("DELETE FROM market.ohlcv")]
    [InlineData("TRUNCATE market.ohlcv")]
    public async Task Statement_of_another_program_is_told_as_anything(string statement)
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var heard = await Heard.StartAsync(database);

        await database.ExecuteAsync(statement);

        Assert.Equal([BarsChanged.Anything], await heard.TakeAsync(1));
    }

    [Fact]
    public async Task Listener_whose_connection_is_killed_comes_back_and_says_that_it_missed_something()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var heard = await Heard.StartAsync(database);
        for (var i = 0; i < 3; i++)
        {
            await database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()");
            Assert.Equal([BarsChanged.Anything], await heard.TakeAsync(1));
            await heard.WaitLiveAsync(true);
        }

        await WriteAsync(database, Bars(0, 1, 1), null);
        Assert.Equal([new BarsChanged(Coin, new TimeRange(0, 1), 1)], await heard.TakeAsync(1));
    }

    [Fact]
    public async Task Listener_that_cannot_connect_is_not_live_until_it_can()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var other = await TestDatabase.CreateAsync(server, migrate: false);
        await using var heard = await Heard.StartAsync(database);
        var name = Assert.Single(await database.TextsAsync("SELECT current_database()"));

        await other.ExecuteAsync($"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        await heard.WaitLiveAsync(false);
        await other.ExecuteAsync($"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true");

        Assert.Equal([BarsChanged.Anything], await heard.TakeAsync(1));
        await heard.WaitLiveAsync(true);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("[\"binance\",\"BTCUSDT\",\"1m\",1,null,2]")]
    [InlineData("[\"binance\",\"btc\",\"1m\",1,2,2]")]
    [InlineData("[\"binance\",\"BTC\",\"1m\",2,0,2]")]
    [InlineData("[\"binance\",\"BTC\",\"1m\",1,2,2.5]")]
    [InlineData("[1,2,3,4,5,6]")]
    [InlineData("[null,null,null,null,null,null]")]
    [InlineData("{\"a\":1}")]
    public void Payload_that_is_not_ours_means_anything(string payload) => Assert.Equal(BarsChanged.Anything, BarsChanged.Parse(payload));

    [Fact]
    public void Payload_of_the_longest_symbol_is_short_and_comes_back()
    {
        var change = new BarsChanged(new Series("abcdefghij0123456789", new string('币', 40), Timeframe.M1), new TimeRange(TimeText.MinMs, TimeText.MaxMs), long.MaxValue);

        Assert.Equal(change, BarsChanged.Parse(change.Payload()));
        Assert.InRange(change.Payload().Length, 1, 400);
    }

    private static BarBlock Bars(int first, int count, long price)
    {
        var builder = new BarBlockBuilder("test", count);
        var value = new ScaledDecimal(price, 0);
        for (var i = first; i < first + count; i++)
            builder.Add(new Bar(i * 60_000L, value, value, value, value, value));
        return builder.Build();
    }

    private static Task<WriteResult> WriteAsync(TestDatabase database, BarBlock bars, TimeRange? fetched) =>
        database.Store.WriteAsync(Coin, new BarWrite(bars, Provenance.Unknown, fetched), Cancellation);

    /// <summary>A listener, and what it told since it was live.</summary>
    private sealed class Heard : IAsyncDisposable
    {
        private readonly BlockingCollection<BarsChanged> _changes = [];
        private readonly PostgresChanges _listener;

        private Heard(TestDatabase database)
        {
            _listener = new PostgresChanges(
                database.Database, NullLogger<PostgresChanges>.Instance, probeEvery: TimeSpan.FromMilliseconds(50), probeWithin: TimeSpan.FromSeconds(2));
            _listener.Changed += _changes.Add;
        }

        public static async Task<Heard> StartAsync(TestDatabase database)
        {
            var heard = new Heard(database);
            heard._listener.Start();
            Assert.Equal([BarsChanged.Anything], await heard.TakeAsync(1));
            Assert.True(heard._listener.IsLive);
            return heard;
        }

        public Task<List<BarsChanged>> TakeAsync(int count) => Task.Run(
            () => Enumerable.Range(0, count).Select(_ => _changes.TryTake(out var change, (int)Patience.TotalMilliseconds, Cancellation)
                ? change : throw new TimeoutException($"nothing was told for {Patience.TotalSeconds} s")).ToList(),
            Cancellation);

        public async Task WaitLiveAsync(bool isLive)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            patience.CancelAfter(Patience);
            while (_listener.IsLive != isLive)
                await Task.Delay(5, patience.Token);
        }

        public async ValueTask DisposeAsync()
        {
            await _listener.DisposeAsync();
            _changes.Dispose();
        }
    }
}
