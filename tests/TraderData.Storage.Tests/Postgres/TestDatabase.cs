using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>A database of one test, with the store on it and a way past the store.</summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(PostgresOptions options) => (Options, Database) = (options, new PostgresDatabase(options));

    public PostgresOptions Options { get; }

    public PostgresDatabase Database { get; }

    public PostgresBarStore Store => new(Database, NullLogger<PostgresBarStore>.Instance);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<TestDatabase> CreateAsync(PostgresServer server, bool migrate = true, bool lookupIndex = false)
    {
        var database = new TestDatabase(PostgresOptions.Parse(await server.CreateDatabaseAsync(Cancellation), lookupIndex));
        if (migrate)
            await database.MigrateAsync();
        return database;
    }

    public Task<IReadOnlyList<string>> MigrateAsync() => PostgresMigrator.MigrateAsync(Database, Options, NullLogger.Instance, Cancellation);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.Connections.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    /// <summary>The first column of all rows, as the server prints it.</summary>
    public async Task<List<string?>> TextsAsync(string sql)
    {
        await using var command = Database.Connections.CreateCommand(sql);
        command.AllResultTypesAreUnknown = true;
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var texts = new List<string?>();
        while (await reader.ReadAsync(Cancellation))
            texts.Add(await reader.IsDBNullAsync(0, Cancellation) ? null : reader.GetString(0));
        return texts;
    }

    public async Task<List<T>> ValuesAsync<T>(string sql)
    {
        await using var command = Database.Connections.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var values = new List<T>();
        while (await reader.ReadAsync(Cancellation))
            values.Add(reader.GetFieldValue<T>(0));
        return values;
    }

    public async Task<List<Bar>> ReadAsync(Series series)
    {
        var bars = new List<Bar>();
        await foreach (var block in Store.ReadAsync(series, new BarQuery(TimeRange.All), Cancellation))
            bars.AddRange(Enumerable.Range(0, block.Count).Select(block.At));
        return bars;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}
