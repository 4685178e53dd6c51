using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>What the tiers ask of the hot one: stored times, what is to be sealed, and pruning.</summary>
public sealed class PostgresTiersTests(PostgresServer server)
{
    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Series Foreign = new("import", "EURUSD", Timeframe.H1);
    private static readonly Partition January = Partition.At(Timeframe.M1, Ms("2024-01-15"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stored_bars_come_with_their_times_rounded_up_and_unknown_ones()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await database.ExecuteAsync(
            """
            INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close, updated_at) VALUES
                ('EURUSD', '1h', '2024-01-01Z', 1, 1, 1, 1, NULL), ('EURUSD', '1h', '2024-01-01 01:00Z', 1, 1, 1, 1, '2024-02-01 00:00:00.001Z'),
                ('EURUSD', '1h', '2024-01-01 02:00Z', 1, 1, 1, 1, '2024-02-01 00:00:00.001001Z'), ('EURUSD', '1h', '2024-01-01 03:00Z', 1, 1, 1, 1, '1999-12-31 23:59:59.9995Z')
            """);

        var stored = Assert.Single(await database.Store.ReadStoredAsync(Foreign, TimeRange.All, Cancellation).ToListAsync(Cancellation));

        Assert.Equal(4, stored.Bars.Count);
        Assert.Equal([StoredBars.Unknown, Ms("2024-02-01T00:00:00.001Z"), Ms("2024-02-01T00:00:00.002Z"), Ms("2000-01-01")], stored.UpdatedMs.ToArray());
    }

    [Fact]
    public async Task Stored_bars_and_revisions_say_together_what_was_there_at_any_time()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 40_000, 1));
        await WriteAsync(database, Bitcoin, Bars("2024-01-02", 10, 2));
        await WriteAsync(database, Bitcoin, Bars("2024-01-02", 5, 3));

        var stored = await database.Store.ReadStoredAsync(Bitcoin, TimeRange.All, Cancellation).ToListAsync(Cancellation);
        var revisions = await database.Store.RevisionsOfAsync(Bitcoin, TimeRange.All, Cancellation);

        Assert.Equal(40_000, stored.Sum(s => s.Bars.Count));
        Assert.Equal([10, 5], revisions.Layers.Select(l => l.Old.Count));
        var firstWrite = revisions.Layers[0].RecordedMs.Span[0];
        var then = revisions.AsOf(firstWrite, TimeRange.All);
        Assert.Equal(Enumerable.Repeat(1L, 10), then.Closes.ToArray());
        Assert.Equal(40_000 - 10, stored.Sum(s => s.AsOf(firstWrite).Count));
    }

    [Fact]
    public async Task Due_are_partitions_that_ended_and_have_rows_of_any_program()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-31T23:00", 120, 1));
        await WriteAsync(database, Bitcoin, Bars("2024-05-01", 10, 1));
        await WriteAsync(database, new Series("binance", "BTCUSDT", Timeframe.W1), Bars("2019-12-30", 1, 1));
        await database.ExecuteAsync(
            """
            INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close) VALUES
                ('EURUSD', '1h', '2023-12-31 23:00Z', 1, 1, 1, 1), ('EURUSD', '1h', '2024-01-01Z', 1, 1, 1, 1), ('EURUSD', '1h', '2020-06-01Z', 1, 1, 1, 1),
                ('EURUSD', '7m', '2020-01-01Z', 1, 1, 1, 1), ('lower', '1h', '2020-01-01Z', 1, 1, 1, 1), ('EURUSD', '1d', 'infinity', 1, 1, 1, 1),
                ('EURUSD', '1d', '-infinity', 1, 1, 1, 1)
            """);

        Assert.Equal(
            ["binance:BTCUSDT:1m 2024-01", "binance:BTCUSDT:1m 2024-02", "binance:BTCUSDT:1w 2010s", "import:EURUSD:1h 2020", "import:EURUSD:1h 2023"],
            await DueAsync(database, "2024-05-31T23:59:59.999Z"));
        Assert.Contains("binance:BTCUSDT:1m 2024-05", await DueAsync(database, "2024-06-01"));
        Assert.DoesNotContain("binance:BTCUSDT:1m 2024-02", await DueAsync(database, "2024-02-29T23:59:59Z"));
    }

    [Fact]
    public async Task Due_again_is_only_what_was_written_since_its_seal_was_read()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        foreach (var start in (string[])["2024-01-01", "2024-02-01", "2024-03-01"])
            await WriteAsync(database, Bitcoin, Bars(start, 100, 1));
        await database.ExecuteAsync("UPDATE market.ohlcv SET updated_at = now() - interval '2 days'");
        await SealAllAsync(database);
        Assert.Empty(await DueAsync(database, "2024-06-01"));

        await WriteAsync(database, Bitcoin, Bars("2024-01-01T00:05", 1, 2));
        Assert.Equal(["binance:BTCUSDT:1m 2024-01"], await DueAsync(database, "2024-06-01"));
        // What was found and not sealed is found again.
        Assert.Equal(["binance:BTCUSDT:1m 2024-01"], await DueAsync(database, "2024-06-01"));
        Assert.Equal(["2024-02", "2024-03"], (await database.Store.SealedAsync(Ms("2024-06-01"), Cancellation)).Select(s => s.Partition.Name));

        await database.ExecuteAsync("UPDATE market.ohlcv SET close = 7 WHERE bar_ts = '2024-02-01Z'");
        await database.ExecuteAsync("INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close) VALUES ('BTCUSDT', '1m', '2024-03-09Z', 1, 1, 1, 1)");
        Assert.Equal(
            ["binance:BTCUSDT:1m 2024-01", "binance:BTCUSDT:1m 2024-02", "binance:BTCUSDT:1m 2024-03"], await DueAsync(database, "2024-06-01"));
    }

    [Fact]
    public async Task Due_is_what_was_written_while_its_seal_was_under_way()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 100, 1));
        await database.ExecuteAsync("UPDATE market.ohlcv SET updated_at = now() - interval '2 days'");
        var readAt = TimeProvider.System.GetUtcNow().UtcDateTime;
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 1, 2));
        await DueAsync(database, "2024-06-01");
        await database.ExecuteAsync("UPDATE market.seal_search SET searched_to = now() + interval '3 hours'");

        await database.Store.RecordSealAsync(Bitcoin, January, new SealRecord(100, 0, 0, "d", readAt, 1), Cancellation);

        Assert.Equal(["binance:BTCUSDT:1m 2024-01"], await DueAsync(database, "2024-06-01"));
    }

    [Fact]
    public async Task Sealed_are_those_with_rows_with_what_was_recorded_last()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 100, 1));
        var record = new SealRecord(100, Ms("2024-01-01"), Ms("2024-01-01T01:39"), "abc", new DateTime(2024, 2, 1, 0, 0, 5, DateTimeKind.Utc), 100);
        await database.Store.RecordSealAsync(Bitcoin, January, record with { Digest = "old", Rows = 7 }, Cancellation);
        await database.Store.RecordSealAsync(Bitcoin, January, record, Cancellation);
        await database.Store.RecordSealAsync(Bitcoin, Partition.At(Timeframe.M1, Ms("2023-05-01")), record, Cancellation);

        Assert.Equal([new SealedPartition(Bitcoin, January, record)], await database.Store.SealedAsync(Ms("2024-02-01"), Cancellation));
        Assert.Empty(await database.Store.SealedAsync(Ms("2024-02-01") - 1, Cancellation));
    }

    [Fact]
    public async Task Prune_drops_exactly_what_was_shown_and_says_from_where_on_bars_are_whole()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2023-12-31T23:00", 180, 1));
        await WriteAsync(database, Bitcoin, Bars("2024-01-31T23:00", 120, 1));
        await WriteAsync(database, Bitcoin, Bars("2023-12-31T23:59", 2, 2));
        Assert.Null(await database.Store.PrunedBeforeAsync(Bitcoin, Cancellation));

        Assert.Equal(0, await database.Store.PruneAsync(Bitcoin, January, (_, _, _) => Task.FromResult(false), Cancellation));
        var (shown, revisions) = (0, 0);
        var dropped = await database.Store.PruneAsync(
            Bitcoin, January,
            (stored, old, _) =>
            {
                (shown, revisions) = (stored.Bars.Count, old.Count);
                Assert.Equal(stored.Bars.Count, stored.UpdatedMs.Length);
                return Task.FromResult(true);
            },
            Cancellation);

        Assert.Equal((180, 180L, 1), (shown, dropped, revisions));
        Assert.Equal(January.Range.EndMs, await database.Store.PrunedBeforeAsync(Bitcoin, Cancellation));
        Assert.Equal(120, (await database.ReadAsync(Bitcoin)).Count);
        Assert.Equal(120, Assert.Single(await database.Store.ListAsync(Cancellation)).Rows);
        Assert.Equal(1, (await database.Store.RevisionsOfAsync(Bitcoin, TimeRange.All, Cancellation)).Count);
        Assert.Equal(0, await database.Store.PruneAsync(Bitcoin, January, (_, _, _) => Task.FromResult(true), Cancellation));
    }

    [Fact]
    public async Task Prune_during_which_another_program_changes_a_row_drops_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 100, 1));

        var conflict = await Assert.ThrowsAsync<StorageException>(() => database.Store.PruneAsync(
            Bitcoin, January,
            async (_, _, _) =>
            {
                await database.ExecuteAsync("UPDATE market.ohlcv SET close = 3 WHERE bar_ts = '2024-01-01 00:50Z'");
                return true;
            },
            Cancellation));

        Assert.Equal((StorageErrorKind.Conflict, true), (conflict.Kind, conflict.IsTransient));
        Assert.Equal(100, (await database.ReadAsync(Bitcoin)).Count);
        Assert.Null(await database.Store.PrunedBeforeAsync(Bitcoin, Cancellation));
    }

    [Fact]
    public async Task Prune_leaves_what_another_program_inserts_meanwhile()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 100, 1));

        var dropped = await database.Store.PruneAsync(
            Bitcoin, January,
            async (_, _, _) =>
            {
                await database.ExecuteAsync("INSERT INTO market.ohlcv (symbol, timeframe, bar_ts, open, high, low, close) VALUES ('BTCUSDT', '1m', '2024-01-20Z', 9, 9, 9, 9)");
                return true;
            },
            Cancellation);

        Assert.Equal(100, dropped);
        Assert.Equal(Ms("2024-01-20"), Assert.Single(await database.ReadAsync(Bitcoin)).TimeMs);
    }

    [Fact]
    public async Task Prune_waits_for_writes_of_this_program_and_they_for_it()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 1_000, 1));

        var writes = Enumerable.Range(0, 20).Select(i => Task.Run(() => WriteAsync(database, Bitcoin, Bars("2024-01-01", 1_000, 2 + i))));
        var prunes = Enumerable.Range(0, 3).Select(_ => Task.Run(() => database.Store.PruneAsync(Bitcoin, January, (_, _, _) => Task.FromResult(true), Cancellation)));
        await Task.WhenAll([.. writes, .. prunes]);

        Assert.Contains((await database.ReadAsync(Bitcoin)).Count, (int[])[0, 1_000]);
    }

    [Fact]
    public async Task Version_rises_with_each_write_that_changes_something()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 100, 1));
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 100, 1));
        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 10, 1));
        await WriteAsync(database, Foreign, Bars("2024-01-01", 1, 1));
        Assert.Equal([1, 1], await VersionsAsync(database));

        await WriteAsync(database, Bitcoin, Bars("2024-01-01", 10, 2));
        await database.Store.WriteAsync(Bitcoin, new BarWrite(BarBlock.Empty, Provenance.Unknown, January.Range), Cancellation);
        await database.Store.WriteAsync(Bitcoin, new BarWrite(BarBlock.Empty, Provenance.Unknown, January.Range), Cancellation);
        Assert.Equal([1, 3], await VersionsAsync(database));
    }

    private static Task<List<long>> VersionsAsync(TestDatabase database) =>
        database.ValuesAsync<long>("SELECT version FROM market.series_state ORDER BY version");

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    // Bars of one minute, an hour for the series that has such: their times do not matter here.
    private static BarBlock Bars(string start, int count, long price)
    {
        var builder = new BarBlockBuilder("test", count);
        var value = new ScaledDecimal(price, 0);
        for (var i = 0; i < count; i++)
            builder.Add(new Bar(Ms(start) + (i * 60_000L), value, value, value, value, value));
        return builder.Build();
    }

    private static Task<WriteResult> WriteAsync(TestDatabase database, Series series, BarBlock bars) =>
        database.Store.WriteAsync(series, new BarWrite(bars, Provenance.Unknown), Cancellation);

    private static async Task<IEnumerable<string>> DueAsync(TestDatabase database, string closedBefore) =>
        (await database.Store.DueForSealAsync(Ms(closedBefore), Cancellation)).Select(due => $"{due.Series} {due.Partition.Name}").Order(StringComparer.Ordinal);

    private static async Task SealAllAsync(TestDatabase database)
    {
        foreach (var (series, partition) in await database.Store.DueForSealAsync(Ms("2100-01-01"), Cancellation))
            await database.Store.RecordSealAsync(series, partition, new SealRecord(1, 0, 0, "digest", TimeProvider.System.GetUtcNow().UtcDateTime, 1), Cancellation);
    }
}
