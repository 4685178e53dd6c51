using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>The tiers as they are in service: Postgres above a folder.</summary>
public sealed class TieredOnPostgresTests(TraderData.Testing.PostgresServer server) : BarStoreContract, IAsyncDisposable
{
    private readonly TestFolder _folder = new();
    private TraderDataStorage? _storage;

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null)
            await _storage.DisposeAsync();
        _folder.Dispose();
    }

    protected override async Task<IBarStore> CreateStoreAsync()
    {
        var options = new StorageOptions { DataDirectory = _folder.Path, DatabaseUrl = await server.CreateDatabaseAsync(Cancellation) };
        _storage = TraderDataStorage.Open(options, NullLoggerFactory.Instance);
        await _storage.MigrateAsync(Cancellation);
        return _storage.Bars;
    }
}
