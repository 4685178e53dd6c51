using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class LocalBlobsContractTests : BlobsContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public LocalBlobsContractTests() => _blobs = new LocalBlobs(_folder.Path);

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    private protected override Task<IBlobs> CreateAsync() => Task.FromResult<IBlobs>(_blobs);
}

public sealed class AzureBlobsContractTests(AzuriteServer azurite) : BlobsContract
{
    private protected override async Task<IBlobs> CreateAsync() => await LakeStores.NewContainerAsync(azurite);
}
