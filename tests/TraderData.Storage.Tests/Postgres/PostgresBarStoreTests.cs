using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class PostgresBarStoreTests(PostgresServer server) : BarStoreContract, IAsyncDisposable
{
    private readonly List<PostgresDatabase> _databases = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var database in _databases)
            await database.DisposeAsync();
    }

    protected override async Task<IBarStore> CreateStoreAsync() => new PostgresBarStore(await MigratedAsync(), NullLogger<PostgresBarStore>.Instance);

    private async Task<PostgresDatabase> MigratedAsync()
    {
        var options = PostgresOptions.Parse(await server.CreateDatabaseAsync(Cancellation));
        var database = new PostgresDatabase(options);
        _databases.Add(database);
        await PostgresMigrator.MigrateAsync(database, options, NullLogger.Instance, Cancellation);
        return database;
    }
}
