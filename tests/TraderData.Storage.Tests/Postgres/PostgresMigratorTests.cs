using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class PostgresMigratorTests(PostgresServer server)
{
    private const string GivenTable =
        """
        CREATE SCHEMA market;
        CREATE TABLE market.ohlcv (symbol text NOT NULL, timeframe text NOT NULL, bar_ts timestamptz NOT NULL,
            open numeric NOT NULL, high numeric NOT NULL, low numeric NOT NULL, close numeric NOT NULL, volume numeric,
            PRIMARY KEY (symbol, timeframe, bar_ts));
        INSERT INTO market.ohlcv VALUES ('BTCUSDT', '1h', '2024-01-01Z', 1, 2, 1, 2, 5);
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Migrate_of_an_empty_database_applies_all_and_a_second_time_nothing()
    {
        await using var database = await TestDatabase.CreateAsync(server, migrate: false);

        Assert.Equal(Migration.All.Select(m => m.Name), await database.MigrateAsync());
        Assert.Empty(await database.MigrateAsync());
        Assert.Equal(Migration.All.Select(m => m.Checksum), await database.TextsAsync("SELECT checksum FROM market.schema_migrations ORDER BY number"));
    }

    [Fact]
    public async Task Migrate_by_many_at_once_applies_each_step_once()
    {
        await using var database = await TestDatabase.CreateAsync(server, migrate: false);

        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(database.MigrateAsync)));

        // One may apply the first step and another the second.
        Assert.Equal(Migration.All.Select(m => m.Name), applied.SelectMany(names => names).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Migrate_of_the_given_table_keeps_its_rows_and_its_writers_working()
    {
        await using var database = await TestDatabase.CreateAsync(server, migrate: false);
        await database.ExecuteAsync(GivenTable);

        await database.MigrateAsync();
        await database.ExecuteAsync("INSERT INTO market.ohlcv VALUES ('BTCUSDT', '1h', '2024-01-01 01:00Z', 1, 2, 1, 2, 5)");

        Assert.Equal([null], await database.TextsAsync("SELECT updated_at FROM market.ohlcv WHERE bar_ts = '2024-01-01Z'"));
        Assert.Equal(2, (await database.ReadAsync(new Series("import", "BTCUSDT", Timeframe.H1))).Count);
    }

    [Fact]
    public async Task Migrate_of_the_first_schema_counts_its_bars_and_takes_rows_without_a_time_as_always_there()
    {
        await using var database = await TestDatabase.CreateAsync(server, migrate: false);
        await database.ExecuteAsync(GivenTable);
        await MigrateAsync(database, [Migration.All[0]]);
        await database.ExecuteAsync("INSERT INTO market.series_state (symbol, timeframe) VALUES ('BTCUSDT', '1h'), ('ETHUSDT', '1h')");

        await database.MigrateAsync();

        Assert.Equal(["BTCUSDT 1 0 {} []", "ETHUSDT 0 0 {} []"], await database.TextsAsync("SELECT concat_ws(' ', symbol, bars, version, verified, failures) FROM market.series_state ORDER BY 1"));
        var bars = database.Store.ReadAsync(new Series("import", "BTCUSDT", Timeframe.H1), new BarQuery(TimeRange.All, AsOfMs: 0), Cancellation);
        Assert.Equal(1, (await bars.ToListAsync(Cancellation)).Sum(block => block.Count));
    }

    [Fact]
    public async Task Migrate_after_an_applied_step_was_edited_is_refused_naming_it()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        Migration[] edited = [Migration.All[0] with { Sql = Migration.All[0].Sql + "-- more" }, .. Migration.All.Skip(1)];

        var refusal = await Assert.ThrowsAsync<StorageException>(() => MigrateAsync(database, edited));

        Assert.Equal(StorageErrorKind.Refused, refusal.Kind);
        Assert.Contains("0001_bars was edited", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checksum_of_a_step_is_the_same_with_other_line_ends()
    {
        var step = Migration.All[0];

        Assert.Equal(step.Checksum, (step with { Sql = step.Sql.ReplaceLineEndings("\r\n") }).Checksum);
    }

    [Fact]
    public async Task Migrate_of_a_database_newer_than_the_program_is_refused()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await MigrateAsync(database, [.. Migration.All, new Migration(Migration.All.Count + 1, "9999_future", "CREATE TABLE market.future ()")]);

        var refusal = await Assert.ThrowsAsync<StorageException>(database.MigrateAsync);

        Assert.Equal(StorageErrorKind.Refused, refusal.Kind);
        Assert.Contains("9999_future", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_with_a_step_that_fails_leaves_nothing_of_the_step()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        var failing = new Migration(Migration.All.Count + 1, "9999_bad", "CREATE TABLE market.half (); SELECT 1 / 0");

        var refusal = await Assert.ThrowsAsync<StorageException>(() => MigrateAsync(database, [.. Migration.All, failing]));

        Assert.Contains("division by zero", refusal.Message, StringComparison.Ordinal);
        Assert.Equal([null], await database.TextsAsync("SELECT to_regclass('market.half')"));
        Assert.Empty(await database.MigrateAsync());
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Lookup_index_is_added_only_when_asked_for(bool lookupIndex, int expected)
    {
        await using var database = await TestDatabase.CreateAsync(server, lookupIndex: lookupIndex);
        await database.MigrateAsync();

        Assert.Equal(expected, (await database.TextsAsync("SELECT 1 FROM pg_indexes WHERE indexname = 'ohlcv_lookup'")).Count);
    }

    // One test, because roles belong to the whole server: before it makes them there are none.
    [Fact]
    public async Task Row_level_security_waits_for_the_roles_and_then_lets_them_read_or_write()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        Assert.Equal(["f"], await database.TextsAsync("SELECT relrowsecurity FROM pg_class WHERE oid = 'market.ohlcv'::regclass"));
        await database.ExecuteAsync("CREATE ROLE authenticated; CREATE ROLE service_role; CREATE ROLE anon");

        await database.MigrateAsync();
        await database.MigrateAsync();

        Assert.Equal(["ohlcv_read", "ohlcv_write"], await database.TextsAsync("SELECT policyname FROM pg_policies WHERE tablename = 'ohlcv' ORDER BY 1"));
        const string insert = "INSERT INTO market.ohlcv VALUES ('A', '1h', '2024-01-01Z', 1, 1, 1, 1, 1)";
        await AsAsync(database, "service_role", insert);
        Assert.Equal(1L, await AsAsync(database, "authenticated", "SELECT count(*) FROM market.ohlcv"));
        await AssertDeniedAsync(database, "authenticated", "DELETE FROM market.ohlcv");
        await AssertDeniedAsync(database, "authenticated", insert);
        await AssertDeniedAsync(database, "authenticated", "SELECT * FROM market.series_state");
        await AssertDeniedAsync(database, "authenticated", "SELECT * FROM market.sealed_partition");
        await AssertDeniedAsync(database, "authenticated", "DELETE FROM market.ohlcv_revision");
        await AssertDeniedAsync(database, "anon", "SELECT * FROM market.ohlcv");
        await AssertStoreWorksAsServiceRoleAsync(database);
        Assert.Equal(100L, await AsAsync(database, "authenticated", "SELECT count(*) FROM market.ohlcv_revision"));
    }

    private static async Task AssertStoreWorksAsServiceRoleAsync(TestDatabase database)
    {
        await database.ExecuteAsync("ALTER ROLE service_role LOGIN PASSWORD 'p@ss/word'");
        var options = PostgresOptions.Parse(new NpgsqlConnectionStringBuilder(database.Options.ConnectionString) { Username = "service_role", Password = "p@ss/word" }.ConnectionString);
        await using var asService = new PostgresDatabase(options);
        var store = new PostgresBarStore(asService, NullLogger<PostgresBarStore>.Instance);
        var series = new Series("import", "B", Timeframe.H1);

        // COPY is forbidden to a user that row-level security binds: the write finds its way round.
        Assert.Equal(new WriteResult(100, 0, 0), await store.WriteAsync(series, new BarWrite(Hours(1), Provenance.Unknown), Cancellation));
        Assert.Equal(new WriteResult(0, 100, 0), await store.WriteAsync(series, new BarWrite(Hours(2), Provenance.Unknown), Cancellation));
        var (due, partition) = Assert.Single(await store.DueForSealAsync(TimeText.MaxMs, Cancellation), due => due.Series == series);
        await store.RecordSealAsync(due, partition, new SealRecord(100, 0, 0, "digest", TimeProvider.System.GetUtcNow().UtcDateTime, 1), Cancellation);
        Assert.Equal(100, (await store.RevisionsOfAsync(series, TimeRange.All, Cancellation)).Count);
    }

    private static BarBlock Hours(long price)
    {
        var builder = new BarBlockBuilder("test", 100);
        var value = new ScaledDecimal(price, 0);
        for (var i = 0; i < 100; i++)
            builder.Add(new Bar(i * 3_600_000L, value, value, value, value, value));
        return builder.Build();
    }

    private static Task<IReadOnlyList<string>> MigrateAsync(TestDatabase database, Migration[] migrations) =>
        PostgresMigrator.MigrateAsync(database.Database, migrations, lookupIndex: false, NullLogger.Instance, Cancellation);

    private static async Task<object?> AsAsync(TestDatabase database, string role, string sql)
    {
        await using var connection = await database.Database.Connections.OpenConnectionAsync(Cancellation);
        await using var command = new NpgsqlCommand($"SET ROLE {role}; {sql}", connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }

    private static async Task AssertDeniedAsync(TestDatabase database, string role, string sql) =>
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => AsAsync(database, role, sql))).SqlState);
}
