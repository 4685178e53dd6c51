using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>A store of one test, on what it really stands on.</summary>
internal interface IStoreOnTest : IAsyncDisposable
{
    /// <summary>The store, as a process that starts now finds it.</summary>
    IMarketplaceStore Open();
}

/// <summary>A database of one test.</summary>
internal sealed class PostgresOnTest : IStoreOnTest
{
    private PostgresOnTest(string connectionString) => (ConnectionString, Database) = (connectionString, new PostgresDatabase(PostgresOptions.Parse(connectionString)));

    public string ConnectionString { get; }

    public PostgresDatabase Database { get; }

    public static async Task<PostgresOnTest> CreateAsync(PostgresServer server)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var made = new PostgresOnTest(await server.CreateDatabaseAsync(cancellation));
        await PostgresMigrator.MigrateAsync(made.Database, PostgresOptions.Parse(made.ConnectionString), NullLogger.Instance, cancellation);
        return made;
    }

    public IMarketplaceStore Open() => new PostgresMarketplaceStore(Database);

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.Connections.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.Connections.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public ValueTask DisposeAsync() => Database.DisposeAsync();
}

/// <summary>A folder of one test.</summary>
internal sealed class JournalOnTest : IStoreOnTest
{
    private readonly string _folder = Directory.CreateTempSubdirectory("trader-data-market-").FullName;

    private readonly List<JournalMarketplaceStore> _opened = [];

    public string FilePath => Path.Combine(_folder, "journal.jsonl");

    /// <summary>How many rows must be dead before the file is written again.</summary>
    public int LeastDead { get; init; } = 1_000;

    public IMarketplaceStore Open()
    {
        _opened.Add(new JournalMarketplaceStore(FilePath, LeastDead));
        return _opened[^1];
    }

    public ValueTask DisposeAsync()
    {
        _opened.ForEach(store => store.Dispose());
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
