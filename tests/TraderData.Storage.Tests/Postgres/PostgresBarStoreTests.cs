using Npgsql;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>What every store promises, and what the transaction of Postgres adds.</summary>
public sealed partial class PostgresBarStoreTests(PostgresServer server) : BarStoreContract, IAsyncDisposable
{
    private readonly List<TestDatabase> _databases = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    [Fact]
    public async Task Write_cancelled_at_any_moment_is_there_whole_or_not_at_all()
    {
        var database = await CreateAsync();
        var block = Minutes(0, 30_000);
        var fetched = new TimeRange(block.FirstMs, block.LastMs + 1);
        foreach (var delayMs in (int[])[1, 3, 10, 30, 60, 100])
        {
            using var cancellation = new CancellationTokenSource();
            cancellation.CancelAfter(delayMs);
            await Task.WhenAny(database.Store.WriteAsync(Bitcoin, new BarWrite(block, Provenance.Unknown, fetched), cancellation.Token));
            var info = await database.Store.FindAsync(Bitcoin, Cancellation);
            Assert.True(info is null || (info.Rows == 30_000 && info.Fetched.Contains(fetched)), $"after {delayMs} ms: {info?.Rows} rows");
            await database.ExecuteAsync("TRUNCATE market.ohlcv, market.series_state, market.instruments");
        }
    }

    [Fact]
    public async Task Write_that_changes_nothing_leaves_updated_at_and_rows_alone()
    {
        var database = await CreateAsync();
        await WriteAsync(database.Store, Bitcoin, Minutes(0, 200));
        var before = await database.TextsAsync("SELECT (updated_at, ctid, xmin, xmax)::text FROM market.ohlcv ORDER BY bar_ts");

        await WriteAsync(database.Store, Bitcoin, Minutes(0, 200));
        await WriteAsync(database.Store, Bitcoin, Minutes(0, 20));
        await WriteAsync(database.Store, Bitcoin, Minutes(0, 200, optional: false));

        Assert.DoesNotContain(before, text => text!.StartsWith("(,", StringComparison.Ordinal));
        Assert.Equal(before, await database.TextsAsync("SELECT (updated_at, ctid, xmin, xmax)::text FROM market.ohlcv ORDER BY bar_ts"));
    }

    [Fact]
    public async Task Write_that_changes_one_bar_touches_that_bar_only()
    {
        var database = await CreateAsync();
        await WriteAsync(database.Store, Bitcoin, Minutes(0, 200));
        await database.ExecuteAsync("UPDATE market.ohlcv SET updated_at = '2000-01-01Z'");

        await WriteAsync(database.Store, Bitcoin, Block([.. Bars(Minutes(0, 99)), .. Bars(Minutes(99, 1, bump: 1)), .. Bars(Minutes(100, 100))]));

        Assert.Equal(
            [TimeText.Iso(Start + (99 * 60_000))],
            await database.TextsAsync("SELECT to_char(bar_ts AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM market.ohlcv WHERE updated_at > '2000-01-01Z'"));
    }

    [Fact]
    public async Task Write_whose_rows_another_program_writes_meanwhile_goes_through_staging()
    {
        var database = await CreateAsync();
        await using var other = await database.Database.Connections.OpenConnectionAsync(Cancellation);
        await using var transaction = await BeginForeignRowAsync(other);

        var write = WriteAsync(database.Store, Bitcoin, Minutes(0, 100));
        await CopyWaitsAsync(database);
        await transaction.CommitAsync(Cancellation);

        Assert.Equal(new WriteResult(99, 1, 0), await write);
        Assert.Equal(Bars(Minutes(0, 100)), await ReadAllAsync(database.Store, Bitcoin));
    }

    [Fact]
    public async Task Write_cancelled_while_its_rows_wait_for_the_server_is_cancelled_and_no_failure()
    {
        var database = await CreateAsync();
        await using var other = await database.Database.Connections.OpenConnectionAsync(Cancellation);
        await using var transaction = await BeginForeignRowAsync(other);
        using var cancellation = new CancellationTokenSource();

        // More than the buffers of both sockets take, and time to fill them: cancelling before that has to say the same.
        var write = database.Store.WriteAsync(Bitcoin, new BarWrite(Minutes(0, 300_000), Provenance.Unknown), cancellation.Token);
        await CopyWaitsAsync(database);
        await Task.Delay(200, Cancellation);
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await transaction.RollbackAsync(Cancellation);
        Assert.Equal(new WriteResult(100, 0, 0), await WriteAsync(database.Store, Bitcoin, Minutes(0, 100)));
    }

    [Fact]
    public async Task Rows_are_written_with_the_least_digits_and_the_source()
    {
        var database = await CreateAsync();
        var price = new ScaledDecimal(4_215_050_000_000, 8);
        Bar[] bars = [.. Enumerable.Range(0, 100).Select(i => new Bar(Start + (i * 60_000), price, price, price, price, new ScaledDecimal(1_000, 0)))];

        await WriteAsync(database.Store, Bitcoin, Block(bars));
        await WriteAsync(database.Store, Bitcoin, Block(bars[0] with { TimeMs = Start - 60_000 }));

        Assert.Equal(
            ["BTCUSDT 1m 42150.5 42150.5 42150.5 42150.5 1000 binance"],
            await database.TextsAsync("SELECT DISTINCT concat_ws(' ', symbol, timeframe, open, high, low, close, volume, vwap, trades, source) FROM market.ohlcv"));
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, null)]
    [InlineData(true, 100L)]
    public async Task Read_walks_the_key_without_sorting(bool newestFirst, long? limit)
    {
        var database = await CreateAsync();
        // Thirty series written side by side, as ingest does: the server would rather sort.
        await database.ExecuteAsync(
            """
            INSERT INTO market.ohlcv
            SELECT 'S' || s, '1m', timestamptz '2024-01-31Z' + i * interval '1 minute', 1.5, 2.5, 1, 2, 100 FROM generate_series(1, 5000) i, generate_series(1, 30) s ORDER BY i;
            ANALYZE market.ohlcv
            """);
        var range = new TimeRange(Start, Start + (4_000 * 60_000));
        var query = BarReadSql.Read(new Series("import", "S7", Timeframe.M1), new BarQuery(range, newestFirst, limit));

        var plan = string.Join('\n', await database.TextsAsync($"BEGIN; {(limit is null ? BarReadSql.WalkTheKey : "SET LOCAL enable_sort = on")}; EXPLAIN {query}"));

        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
        Assert.Contains($"Index Scan {(newestFirst ? "Backward " : "")}using ohlcv_pkey", plan, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_as_of_a_time_looks_at_no_more_bars_than_its_limit(bool newestFirst)
    {
        var database = await CreateAsync();
        await database.ExecuteAsync(
            """
            INSERT INTO market.ohlcv
            SELECT 'S' || s, '1m', timestamptz '2024-01-31Z' + i * interval '1 minute', 1.5, 2.5, 1, 2, 100 FROM generate_series(1, 5000) i, generate_series(1, 30) s ORDER BY i;
            ANALYZE market.ohlcv
            """);
        var query = BarReadSql.Read(new Series("import", "S7", Timeframe.M1), new BarQuery(TimeRange.All, newestFirst, 100, Ms("2029-01-01")));

        var plan = await database.TextsAsync($"BEGIN; {BarReadSql.WalkTheKey}; EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) {query}");

        var scan = Assert.Single(plan, line => line!.Contains("using ohlcv_pkey on ohlcv ", StringComparison.Ordinal) && line.Contains("rows=100", StringComparison.Ordinal));
        Assert.Equal(newestFirst, scan!.Contains("Backward", StringComparison.Ordinal));
    }

    protected override async Task<IBarStore> CreateStoreAsync() => (await CreateAsync()).Store;

    private async Task<TestDatabase> CreateAsync()
    {
        var database = await TestDatabase.CreateAsync(server);
        _databases.Add(database);
        return database;
    }

    // A row of another program that a write comes upon, and has to wait for.
    private static async Task<NpgsqlTransaction> BeginForeignRowAsync(NpgsqlConnection other)
    {
        var transaction = await other.BeginTransactionAsync(Cancellation);
        await using var insert = other.CreateCommand();
        insert.CommandText = $"INSERT INTO market.ohlcv VALUES ('BTCUSDT', '1m', {PgLiteral.Time(Start + 60_000)}, 1, 1, 1, 1, 1)";
        await insert.ExecuteNonQueryAsync(Cancellation);
        return transaction;
    }

    private static async Task CopyWaitsAsync(TestDatabase database)
    {
        while ((await database.TextsAsync("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'COPY market.ohlcv%'")).Count == 0)
            await Task.Yield();
    }
}
