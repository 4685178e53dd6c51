using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Blobs in a container of Azure Blob Storage, which the first write makes. The only file that calls the Azure SDK to read or write blobs, and it
/// uses only a part of it: <c>StageBlock</c> and <c>CommitBlockList</c>, <c>DownloadContent</c>, listing and deleting. The SDK's <c>Upload</c> and
/// <c>OpenWrite</c> need the package System.IO.Hashing, which is pruned (Directory.Build.props), and throw <see cref="FileNotFoundException"/>;
/// BannedSymbols.txt keeps them out. Staged blocks are what is wanted anyway: nothing is seen of a blob until its list of blocks is committed.
/// </summary>
internal sealed class AzureBlobs : IBlobs
{
    /// <summary>What is said of a text that is no connection string; it repeats nothing of it.</summary>
    public const string NoConnectionString =
        "AZURE_STORAGE_CONNECTION_STRING is no connection string of an Azure storage account (DefaultEndpointsProtocol=…;AccountName=…;AccountKey=…)";

    // With pauses of up to a second in between, a writer gives up after some seconds of never once being the fastest.
    private const int MaxTries = 12;

    private readonly BlobContainerClient _container;
    private readonly AzureLinks _links;
    private readonly ILogger _logger;

    // The container is looked for before blocks are staged, and not each time.
    private bool _containerSeen;

    /// <summary>Takes a container; nothing is sent yet.</summary>
    /// <param name="connectionString">A connection string of the storage account; it is kept out of every message.</param>
    /// <param name="containerName">The container's name.</param>
    /// <param name="logger">Is told of conflicts.</param>
    /// <exception cref="FormatException">The connection string is none.</exception>
    public AzureBlobs(string connectionString, string containerName, ILogger logger)
        : this(
            TryOpen(connectionString) ?? throw new FormatException(NoConnectionString),
            containerName, TimeProvider.System, logger)
    {
    }

    /// <summary>Takes a container of an account that an identity may use; nothing is sent yet.</summary>
    /// <param name="accountUrl">The account's blob endpoint, https.</param>
    /// <param name="identity">Who we are.</param>
    /// <param name="containerName">The container's name.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of conflicts.</param>
    public AzureBlobs(Uri accountUrl, TokenCredential identity, string containerName, TimeProvider time, ILogger logger)
        : this(new BlobServiceClient(accountUrl, identity, Options), containerName, time, logger)
    {
    }

    private AzureBlobs(BlobServiceClient account, string containerName, TimeProvider time, ILogger logger) =>
        (_container, _links, _logger) = (account.GetBlobContainerClient(containerName), new AzureLinks(account, time), logger);

    /// <inheritdoc/>
    public Task<IReadOnlyList<BlobEntry>> ListAsync(string folder, CancellationToken cancellationToken) =>
        GuardReadAsync<IReadOnlyList<BlobEntry>>(folder, async () =>
        {
            var entries = new List<BlobEntry>();
            await foreach (var blob in _container.GetBlobsAsync(prefix: BlobName.CheckFolder(folder), cancellationToken: cancellationToken))
                entries.Add(new BlobEntry(blob.Name, blob.Properties.ContentLength ?? 0, Version(blob.Properties.ETag ?? default)));
            entries.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
            return entries;
        }, missing: []);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) =>
        GuardReadAsync<IReadOnlyList<string>>(folder, async () =>
        {
            var folders = new List<string>();
            var items = _container.GetBlobsByHierarchyAsync(prefix: BlobName.CheckFolder(folder), delimiter: "/", cancellationToken: cancellationToken);
            await foreach (var item in items)
            {
                if (item.IsPrefix)
                    folders.Add(item.Prefix);
            }

            folders.Sort(StringComparer.Ordinal);
            return folders;
        }, missing: []);

    /// <inheritdoc/>
    public Task<BlobContent?> ReadAsync(string name, CancellationToken cancellationToken) => GuardReadAsync<BlobContent?>(name, async () =>
    {
        var answer = await Client(name).DownloadContentAsync(cancellationToken);
        return new BlobContent(answer.Value.Content.ToMemory(), Version(answer.Value.Details.ETag));
    }, missing: null);

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) => GuardReadAsync<Stream?>(name, async () =>
    {
        var client = Client(name);
        var properties = (await client.GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
        return new AzureReadStream(client, properties.ContentLength, properties.ETag, Where(name));
    }, missing: null);

    /// <inheritdoc/>
    public Uri? LinkTo(string name, DateTimeOffset endsAt)
    {
        try
        {
            return _links.LinkTo(Client(name), endsAt);
        }
        catch (Exception e) when (AzureFault.IsOne(e))
        {
            throw AzureFault.Translate(Where(name), e);
        }
    }

    /// <inheritdoc/>
    public IBlobFile? TryOpen(BlobEntry blob) => null;

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> ReadTailAsync(BlobEntry blob, int count, CancellationToken cancellationToken) =>
        GuardReadAsync<ReadOnlyMemory<byte>?>(blob.Name, async () =>
        {
            if (blob.Length == 0)
                return ReadOnlyMemory<byte>.Empty;
            var options = new BlobDownloadOptions
            {
                Range = new HttpRange(Math.Max(0, blob.Length - count), Math.Min(count, blob.Length)),
                Conditions = new BlobRequestConditions { IfMatch = Quoted(blob.Version) },
            };
            try
            {
                return (await Client(blob.Name).DownloadContentAsync(options, cancellationToken)).Value.Content.ToMemory();
            }
            catch (RequestFailedException e) when (AzureFault.IsConflict(e))
            {
                return null;
            }
        }, missing: null);

    /// <inheritdoc/>
    public async Task<string?> UpdateAsync(string name, Func<BlobContent?, byte[]?> change, CancellationToken cancellationToken)
    {
        BlobName.Check(name);
        byte[]? tried = null;
        for (var attempt = 1; ; attempt++)
        {
            var present = await ReadAsync(name, cancellationToken);
            // The answer to a commit that was done can be lost, and its repetition is then a conflict with itself.
            if (tried is not null && present is not null && present.Bytes.Span.SequenceEqual(tried))
                return present.Version;
            if (change(present) is not { } content)
                return present?.Version;
            var conditions = present is null
                ? new BlobRequestConditions { IfNoneMatch = ETag.All }
                : new BlobRequestConditions { IfMatch = Quoted(present.Version) };
            if (await TryReplaceAsync(name, content, conditions, cancellationToken) is { } version)
                return version;
            if (attempt == MaxTries)
                throw Lost(name);
            BlobsLog.Conflict(_logger, Where(name), attempt);
            tried = content;
            // Random, so that writers that met do not meet again.
            await Task.Delay(Random.Shared.Next(5, Math.Min(1_000, 20 << attempt)), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        BlobName.Check(name);
        return GuardAsync(name, async () =>
        {
            if (!overwrite && await Client(name).ExistsAsync(cancellationToken))
                throw Taken(name);
            await using var blocks = await BeginAsync(name, cancellationToken);
            await write(blocks, cancellationToken);
            try
            {
                return await blocks.CommitAsync(overwrite ? null : new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            }
            catch (RequestFailedException e) when (!overwrite && AzureFault.IsConflict(e))
            {
                throw Taken(name);
            }
        });
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        BlobName.Check(name);
        return GuardReadAsync(name, async () => (await Client(name).DeleteIfExistsAsync(cancellationToken: cancellationToken)).Value, missing: false);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string name, string version, CancellationToken cancellationToken)
    {
        BlobName.Check(name);
        return GuardReadAsync(name, async () =>
        {
            try
            {
                var conditions = new BlobRequestConditions { IfMatch = Quoted(version) };
                return (await Client(name).DeleteIfExistsAsync(conditions: conditions, cancellationToken: cancellationToken)).Value;
            }
            catch (RequestFailedException e) when (AzureFault.IsConflict(e))
            {
                return false;
            }
        }, missing: false);
    }

    /// <inheritdoc/>
    public Task<int> SweepAsync(CancellationToken cancellationToken) => Task.FromResult(0);

    // Null for a string that is none: the SDK's message may repeat what it could not read, and with it the key.
    private static BlobClientOptions Options => new()
    {
        Retry =
        {
            Mode = RetryMode.Exponential, MaxRetries = 4, Delay = TimeSpan.FromMilliseconds(200), MaxDelay = TimeSpan.FromSeconds(5),
            NetworkTimeout = TimeSpan.FromSeconds(60),
        },
    };

    internal static BlobServiceClient? TryOpen(string connectionString)
    {
        try
        {
            return new BlobServiceClient(connectionString, Options);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>The container, for messages.</summary>
    public override string ToString() => $"the Azure container {_container.Name}";

    // Listings give tags without quotes, answers and conditions have them.
    private static string Version(ETag tag) => tag.ToString("G").Trim('"');

    private static ETag Quoted(string version) => new($"\"{version}\"");

    private BlockBlobClient Client(string name) => _container.GetBlockBlobClient(BlobName.Check(name));

    private string Where(string name) => $"container {_container.Name}, blob {name}";

    private StorageException Taken(string name) =>
        new(StorageErrorKind.Refused, $"{Where(name)} is there already (--force replaces it)");

    private StorageException Lost(string name) =>
        new(StorageErrorKind.Conflict, $"{Where(name)}: other writers were faster {MaxTries} times (run it again, with fewer writers at once)");

    // Null when another writer was faster, or the container has gone.
    private Task<string?> TryReplaceAsync(string name, byte[] content, BlobRequestConditions conditions, CancellationToken cancellationToken) =>
        GuardAsync<string?>(name, async () =>
        {
            try
            {
                await using var blocks = await BeginAsync(name, cancellationToken);
                await blocks.WriteAsync(content, cancellationToken);
                return Version(await blocks.CommitAsync(conditions, cancellationToken));
            }
            catch (RequestFailedException e) when (AzureFault.IsConflict(e) || e.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                _containerSeen &= e.ErrorCode != BlobErrorCode.ContainerNotFound;
                return null;
            }
        });

    private async Task<AzureBlockStream> BeginAsync(string name, CancellationToken cancellationToken)
    {
        if (!_containerSeen && !await _container.ExistsAsync(cancellationToken))
            await _container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        _containerSeen = true;
        return new AzureBlockStream(Client(name));
    }

    // What is missing is an answer of its own to a reader, not a fault.
    private Task<T> GuardReadAsync<T>(string name, Func<Task<T>> work, T missing) => GuardAsync(name, async () =>
    {
        try
        {
            return await work();
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.BlobNotFound || e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            return missing;
        }
    });

    private async Task<T> GuardAsync<T>(string name, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (AzureFault.IsOne(e))
        {
            throw AzureFault.Translate(Where(name), e);
        }
    }
}
