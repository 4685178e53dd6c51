using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>Who follows a series is told of writes to it, whichever process they come from, when a read shows them.</summary>
public sealed class FollowersTests(PostgresServer server)
{
    private static readonly Series Coin = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Series Other = new("binance", "ETHUSDT", Timeframe.M1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Write_of_this_process_is_told_to_those_who_follow_the_series(bool withPostgres)
    {
        using var folder = new StoreFolder();
        await using var storage = await OpenAsync(folder, withPostgres ? await server.CreateDatabaseAsync(Cancellation) : "");
        await WriteAsync(storage, Coin, 0);
        var told = new Told(storage);
        using (storage.Changes.Follow(Coin, told.Hear))
        {
            await told.SettleAsync();
            await WriteAsync(storage, Coin, 1);
            await told.WaitAsync();
            Assert.Equal(60_000, await LastAsync(storage));

            // Neither what changes nothing nor what is written elsewhere.
            await told.SettleAsync();
            var before = told.Count;
            await WriteAsync(storage, Coin, 1);
            await WriteAsync(storage, Other, 1);
            await told.SettleAsync();
            Assert.Equal(before, told.Count);
        }

        await WriteAsync(storage, Coin, 2);
        var after = told.Count;
        await WriteAsync(storage, Coin, 3);
        Assert.Equal(after, told.Count);
    }

    [Fact]
    public async Task Write_of_another_process_is_told_within_two_seconds_when_a_read_shows_it()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        using var folder = new StoreFolder();
        await using var writer = await OpenAsync(folder, database);
        await using var reader = await OpenAsync(folder, database);
        await WriteAsync(writer, Coin, 0);
        Assert.Equal(0, await LastAsync(reader));
        var told = new Told(reader);
        using var following = reader.Changes.Follow(Coin, told.Hear);
        // Until it listens it says that it has to be looked more often.
        while (reader.Changes.LookEvery < TimeSpan.FromSeconds(15))
            await Task.Delay(10, Cancellation);

        await told.SettleAsync();
        var began = TimeProvider.System.GetTimestamp();
        await WriteAsync(writer, Coin, 1);
        await told.WaitAsync();

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.Equal(60_000, await LastAsync(reader));
    }

    [Fact]
    public async Task Provisional_bars_are_the_same_for_all_processes_and_never_in_the_store()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        using var folder = new StoreFolder();
        await using var writer = await OpenAsync(folder, database);
        await using var reader = await OpenAsync(folder, database);
        var value = new ScaledDecimal(4_240_010, 2);
        var bar = new Bar(60_000, value, value, value, value, new ScaledDecimal(1, 18), value, 7);

        await writer.Provisional.PutAsync([(Coin, bar), (Other, bar with { Volume = null, Vwap = null, Trades = null })], Cancellation);
        await writer.Provisional.PutAsync([(Coin, bar with { Trades = 8 })], Cancellation);
        await writer.Provisional.PutAsync([], Cancellation);

        Assert.Equal(bar with { Trades = 8 }, (await reader.Provisional.ReadAsync(Coin, Cancellation)).At(0) with { Open = value, High = value, Low = value, Close = value, Vwap = value });
        Assert.Null((await reader.Provisional.ReadAsync(Other, Cancellation)).At(0).Volume);
        Assert.Equal(0, (await reader.Provisional.ReadAsync(new Series("binance", "BTCUSDT", Timeframe.H1), Cancellation)).Count);
        Assert.Null(await reader.Bars.FindAsync(Coin, Cancellation));
        Assert.Null(await reader.Bars.SourceOfAsync("BTCUSDT", Cancellation));
    }

    private static async Task<TraderDataStorage> OpenAsync(StoreFolder folder, string database)
    {
        var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = folder.Path, DatabaseUrl = database }, NullLoggerFactory.Instance);
        await storage.MigrateAsync(Cancellation);
        return storage;
    }

    private static Task<WriteResult> WriteAsync(TraderDataStorage storage, Series series, int minute)
    {
        var builder = new BarBlockBuilder("test");
        var one = new ScaledDecimal(1, 0);
        builder.Add(new Bar(minute * 60_000L, one, one, one, one, one));
        return storage.Bars.WriteAsync(series, new BarWrite(builder.Build(), Provenance.Unknown), Cancellation);
    }

    private static async Task<long> LastAsync(TraderDataStorage storage)
    {
        await foreach (var block in storage.Bars.ReadAsync(Coin, new BarQuery(TimeRange.All, NewestFirst: true, Limit: 1), Cancellation))
            return block.LastMs;
        return -1;
    }

    /// <summary>What a follower was told.</summary>
    private sealed class Told(TraderDataStorage storage)
    {
        private readonly SemaphoreSlim _told = new(0);
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Hear()
        {
            Interlocked.Increment(ref _count);
            _ = _told.Release();
        }

        public async Task WaitAsync() => Assert.True(await _told.WaitAsync(Patience, Cancellation), $"nothing was told for {Patience} of {storage}");

        /// <summary>Waits until what was written before has been told, and forgets it.</summary>
        public async Task SettleAsync()
        {
            while (await _told.WaitAsync(TimeSpan.FromMilliseconds(500), Cancellation))
            {
            }
        }
    }

    private sealed class StoreFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("td-followers-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
