using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class LocalLakeTests : BarStoreContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public LocalLakeTests() => _blobs = new LocalBlobs(_folder.Path);

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    protected override Task<IBarStore> CreateStoreAsync() => Task.FromResult<IBarStore>(LakeStores.On(_blobs));
}

public sealed class UncachedLakeTests : BarStoreContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public UncachedLakeTests() => _blobs = new LocalBlobs(_folder.Path);

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    protected override Task<IBarStore> CreateStoreAsync() => Task.FromResult<IBarStore>(LakeStores.On(_blobs, cacheBytes: 0));
}

public sealed class AzureLakeTests(AzuriteServer azurite) : BarStoreContract
{
    protected override async Task<IBarStore> CreateStoreAsync() => LakeStores.On(await LakeStores.NewContainerAsync(azurite));
}
