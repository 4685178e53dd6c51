using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>Lakes for tests, each on a folder or container of its own.</summary>
internal static class LakeStores
{
    public static LakeBarStore On(IBlobs blobs, long cacheBytes = 64 << 20) => new(blobs, new BlockCache(cacheBytes), NullLogger<LakeBarStore>.Instance);

    public static async Task<AzureBlobs> NewContainerAsync(AzuriteServer azurite) =>
        new(await azurite.ConnectionStringAsync(), azurite.NewContainerName(), NullLogger.Instance);
}

/// <summary>A folder that is removed with the test.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("trader-data-lake-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
