using System.Diagnostics;
using Npgsql;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>How soon a bar that one process commits is served by another, and by itself.</summary>
public sealed class FreshnessTests(PostgresServer server) : IAsyncDisposable
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(2);

    private readonly TestFolder _folder = new();
    private readonly List<TraderDataStorage> _open = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var storage in _open)
            await storage.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Bar_is_served_by_the_writer_at_once_and_by_another_process_within_two_seconds()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        var (writer, reader) = (await OpenAsync(database), await OpenAsync(database));
        for (var minute = 0; minute < 20; minute++)
        {
            await WriteAsync(writer, minute, minute);
            Assert.Equal(minute, await NewestAsync(writer));
            await WaitForAsync(reader, minute);
        }
    }

    [Fact]
    public async Task Restatement_in_a_sealed_partition_is_served_by_both_and_sealed_again()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        var (writer, reader) = (await OpenAsync(database), await OpenAsync(database));
        await WriteAsync(writer, 0, 1);
        Assert.Equal(1, await writer.SealAsync(TimeText.MaxMs, Cancellation));
        await WaitForAsync(reader, 1);

        await WriteAsync(writer, 0, 2);

        Assert.Equal(2, await NewestAsync(writer));
        await WaitForAsync(reader, 2);
        Assert.Equal(1, await writer.SealAsync(TimeText.MaxMs, Cancellation));
        Assert.Equal(0, await writer.SealAsync(TimeText.MaxMs, Cancellation));
        Assert.Equal(2, await NewestAsync(await OpenAsync(null)));
    }

    [Fact]
    public async Task Row_of_another_program_is_served_within_two_seconds()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        var reader = await OpenAsync(database);
        await WriteAsync(reader, 0, 1);
        await WaitForAsync(reader, 1);

        await ExecuteAsync(database, $"INSERT INTO market.ohlcv VALUES ('{TierWorker.Series.Symbol}', '1m', '2024-01-30T00:05:00Z', 7, 7, 7, 7, 7)");
        await WaitForAsync(reader, 7);
        await ExecuteAsync(database, "UPDATE market.ohlcv SET open = 8, high = 8, low = 8, close = 8 WHERE open = 7");
        await WaitForAsync(reader, 8);
        await ExecuteAsync(database, "DELETE FROM market.ohlcv WHERE open = 8");
        await WaitForAsync(reader, 1);
    }

    [Fact]
    public async Task Bar_is_served_within_two_seconds_when_the_database_can_tell_nothing()
    {
        var database = await server.CreateDatabaseAsync(Cancellation);
        var (writer, reader) = (await OpenAsync(database), await OpenAsync(database));
        for (var minute = 0; minute < 5; minute++)
        {
            // Nobody listens any more, until the readers come back.
            await ExecuteAsync(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query ~* 'listen'");
            await WriteAsync(writer, minute, minute);
            Assert.Equal(minute, await NewestAsync(writer));
            await WaitForAsync(reader, minute);
        }
    }

    [Fact]
    public async Task Bar_is_served_within_two_seconds_where_notifications_are_accepted_and_never_arrive()
    {
        // As behind a pooler that shares sessions.
        var database = await server.CreateDatabaseAsync(Cancellation);
        await ExecuteAsync(
            database,
            """
            CREATE SCHEMA mute;
            CREATE FUNCTION mute.pg_notify(text, text) RETURNS void LANGUAGE sql AS '';
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = mute, pg_catalog, public', current_database()); END $$
            """);
        var (writer, reader) = (await OpenAsync(database), await OpenAsync(database));
        for (var minute = 0; minute < 5; minute++)
        {
            await WriteAsync(writer, minute, minute);
            Assert.Equal(minute, await NewestAsync(writer));
            await WaitForAsync(reader, minute);
        }
    }

    private static async Task WriteAsync(TraderDataStorage storage, int minute, long price)
    {
        const long startMs = 1_706_572_800_000;
        var builder = new BarBlockBuilder("test");
        var value = new ScaledDecimal(price, 0);
        builder.Add(new Bar(startMs + (minute * 60_000), value, value, value, value, value));
        await storage.Bars.WriteAsync(TierWorker.Series, new BarWrite(builder.Build(), Provenance.Unknown), Cancellation);
    }

    private static async Task<long> NewestAsync(TraderDataStorage storage)
    {
        await foreach (var block in storage.Bars.ReadAsync(TierWorker.Series, new BarQuery(TimeRange.All, NewestFirst: true, Limit: 1), Cancellation))
            return long.Parse(block.At(0).Close.ToString(), System.Globalization.CultureInfo.InvariantCulture);
        return -1;
    }

    private static async Task WaitForAsync(TraderDataStorage storage, long price)
    {
        var since = Stopwatch.StartNew();
        while (await NewestAsync(storage) != price && since.Elapsed < Promised)
            await Task.Delay(10, Cancellation);
        Assert.Equal(price, await NewestAsync(storage));
    }

    private static async Task ExecuteAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(PostgresOptions.Parse(database).ConnectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    // Without a database: the lake alone.
    private async Task<TraderDataStorage> OpenAsync(string? database)
    {
        var storage = database is null
            ? TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance)
            : await TierWorker.OpenAsync(_folder.Path, database);
        _open.Add(storage);
        return storage;
    }
}
