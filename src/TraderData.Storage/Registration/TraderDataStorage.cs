using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// The stores of one program, put together as the options say: the lake alone, or the lake below a hot tier. Opening sends and makes nothing; folders
/// and containers are made by the first write. Safe for use by many threads; to be disposed when no store of it is used any more.
/// </summary>
public sealed class TraderDataStorage : IAsyncDisposable
{
    private readonly IBlobs _blobs;
    private readonly string _description;

    private TraderDataStorage(StorageOptions options, ILoggerFactory loggers)
    {
        var isLocal = string.IsNullOrEmpty(options.AzureConnectionString);
        _blobs = isLocal
            ? new LocalBlobs(options.DataDirectory)
            : new AzureBlobs(options.AzureConnectionString!, options.AzureContainer, loggers.CreateLogger<AzureBlobs>());
        var lake = new LakeBarStore(_blobs, new BlockCache(options.BlockCacheBytes), loggers.CreateLogger<LakeBarStore>());
        Bars = lake;
        Quarantine = new BlobQuarantine(_blobs);
        _description = isLocal ? $"lake in the folder {Path.GetFullPath(options.DataDirectory)}" : $"lake in the Azure container {options.AzureContainer}";
    }

    /// <summary>The bars: the lake, or both tiers as one.</summary>
    public IBarStore Bars { get; }

    /// <summary>Refused texts, kept beside the lake.</summary>
    public IQuarantine Quarantine { get; }

    /// <summary>Files beside the lake, for exports.</summary>
    public IFileStore Files => _blobs;

    /// <summary>Puts the stores together.</summary>
    /// <exception cref="ArgumentException">Options are wrong; the message names all that are.</exception>
    /// <exception cref="FormatException">A connection string is none. The message never holds a part of it.</exception>
    public static TraderDataStorage Open(StorageOptions options, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggers);
        return options.FindFaults() is { Count: > 0 } faults ? throw new ArgumentException(string.Join("; ", faults)) : new TraderDataStorage(options, loggers);
    }

    /// <summary>Where the stores are, without secrets.</summary>
    public override string ToString() => _description;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        (_blobs as IDisposable)?.Dispose();
        return ValueTask.CompletedTask;
    }
}
