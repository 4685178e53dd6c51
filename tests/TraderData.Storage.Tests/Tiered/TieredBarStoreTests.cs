using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>Both tiers are lakes of their own here: what the hot one is does not matter to the tiered store.</summary>
public sealed class TieredBarStoreTests : BarStoreContract, IDisposable
{
    private readonly TestFolder _hotFolder = new();
    private readonly TestFolder _lakeFolder = new();
    private readonly LocalBlobs _hotBlobs;
    private readonly LocalBlobs _lakeBlobs;

    public TieredBarStoreTests() => (_hotBlobs, _lakeBlobs) = (new LocalBlobs(_hotFolder.Path), new LocalBlobs(_lakeFolder.Path));

    public void Dispose()
    {
        _hotBlobs.Dispose();
        _lakeBlobs.Dispose();
        _hotFolder.Dispose();
        _lakeFolder.Dispose();
    }

    protected override Task<IBarStore> CreateStoreAsync()
    {
        var hot = LakeStores.On(_hotBlobs);
        return Task.FromResult<IBarStore>(new TieredBarStore(hot, LakeStores.On(_lakeBlobs), NullLogger<TieredBarStore>.Instance));
    }
}

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
