using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>Lakes for tests, each on a folder or container of its own.</summary>
internal static class LakeStores
{
    public static LakeBarStore On(IBlobs blobs, long cacheBytes = 64 << 20, TimeProvider? time = null) =>
        new(blobs, new BlockCache(cacheBytes), time ?? TimeProvider.System, NullLogger<LakeBarStore>.Instance);

    /// <summary>What a lake's files mean, by their names: the digest of a partition's bars, former values without their times, the bytes of all others.</summary>
    public static SortedDictionary<string, string> ContentOf(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => System.IO.Path.GetRelativePath(folder, path))
            .ToDictionary(name => name, name => MeaningOf(name, File.ReadAllBytes(System.IO.Path.Combine(folder, name)))),
        StringComparer.Ordinal);

    private static string MeaningOf(string name, byte[] content)
    {
        if (!LakePath.TryParse(name, out var series, out var file) || Partition.TryParse(series.Timeframe, System.IO.Path.GetFileNameWithoutExtension(file)) is not { } partition)
            return Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content));
        return file.EndsWith(".parquet", StringComparison.Ordinal)
            ? BarDigest.Of(PartitionFile.Decode(name, series, partition, content, withUpdates: true).Bars)
            : string.Join('\n', RevisionsFile.Decode(name, series, partition, content).In(TimeRange.All).Select(revision => revision.Old));
    }

    public static async Task<AzureBlobs> NewContainerAsync(AzuriteServer azurite) =>
        new(await azurite.ConnectionStringAsync(), azurite.NewContainerName(), NullLogger.Instance);
}

/// <summary>A folder that is removed with the test.</summary>
public sealed class TestFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("trader-data-lake-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
