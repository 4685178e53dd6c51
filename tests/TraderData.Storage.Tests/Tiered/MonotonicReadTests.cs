using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>What a reader was shown stays shown, in whatever order it is told of the writes of others: here the test tells.</summary>
public sealed class MonotonicReadTests(PostgresServer server) : IAsyncDisposable
{
    private const long StartMs = 1_706_572_800_000;

    private readonly TestFolder _folder = new();
    private PostgresDatabase? _database;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Bar_that_was_read_before_its_notification_came_is_not_taken_back(int toldOf)
    {
        var options = PostgresOptions.Parse(await server.CreateDatabaseAsync(Cancellation));
        _database = new PostgresDatabase(options);
        await PostgresMigrator.MigrateAsync(_database, options, NullLogger.Instance, Cancellation);
        using var blobs = new LocalBlobs(_folder.Path);
        var (hot, cache) = (new PostgresBarStore(_database, NullLogger<PostgresBarStore>.Instance), new BlockCache(1L << 26));
        var view = new HotView((series, token) => HotPartitions.OfAsync(_database, series, token), () => true, TimeProvider.System);
        var lake = new LakeBarStore(blobs, cache, TimeProvider.System, NullLogger<LakeBarStore>.Instance);
        var reader = new TieredBarStore(hot, lake, view, cache, TimeProvider.System);

        // All of the partition is read and kept; then another process writes two bars, and at first only one of them is told of.
        await WriteAsync(hot, 0, 1_000);
        Assert.Equal(999, await NewestAsync(reader, limit: 100_000));
        await WriteAsync(hot, 1_000, 2);
        view.Changed(TierWorker.Series, RangeOf(1_000 + toldOf));

        var seen = new List<long>();
        for (var read = 0; read < 12; read++)
        {
            if (read == 10)
                view.Changed(TierWorker.Series, RangeOf(1_001 - toldOf));
            seen.Add(await NewestAsync(reader, limit: 1));
        }

        Assert.Equal(seen.Order(), seen);
        Assert.Equal(1_001, seen[^1]);
    }

    private static TimeRange RangeOf(int minute) => new(StartMs + (minute * 60_000L), StartMs + ((minute + 1) * 60_000L));

    private static async Task WriteAsync(PostgresBarStore hot, int firstMinute, int count)
    {
        var builder = new BarBlockBuilder("test");
        for (var minute = firstMinute; minute < firstMinute + count; minute++)
        {
            var value = new ScaledDecimal(minute + 1, 0);
            builder.Add(new Bar(RangeOf(minute).StartMs, value, value, value, value, value));
        }

        await hot.WriteAsync(TierWorker.Series, new BarWrite(builder.Build(), Provenance.Unknown), Cancellation);
    }

    // The minute of the newest bar.
    private static async Task<long> NewestAsync(TieredBarStore reader, long limit)
    {
        await foreach (var block in reader.ReadAsync(TierWorker.Series, new BarQuery(TimeRange.All, NewestFirst: true, limit), Cancellation))
            return long.Parse(block.At(block.Count - 1).Close.ToString(), CultureInfo.InvariantCulture) - 1;
        return -1;
    }
}
