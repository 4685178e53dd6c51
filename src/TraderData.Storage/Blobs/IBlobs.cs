using System.Buffers;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>A blob as a listing shows it.</summary>
/// <param name="Name">Its name: a relative path with forward slashes.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Version">Changes whenever the content does; means nothing else.</param>
internal readonly record struct BlobEntry(string Name, long Length, string Version);

/// <summary>A blob that was read whole. Who disposes of it gives its bytes back to a pool, and must not look at them any more; nobody has to.</summary>
/// <param name="Bytes">Its content.</param>
/// <param name="Version">The version that this content has.</param>
internal sealed record BlobContent(ReadOnlyMemory<byte> Bytes, string Version) : IDisposable
{
    private byte[]? _pooled;

    /// <summary>Takes content that lies at the start of an array of the shared pool.</summary>
    public static BlobContent OfPooled(byte[] pooled, int length, string version) => new(pooled.AsMemory(0, length), version) { _pooled = pooled };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _pooled, null) is { } pooled)
            ArrayPool<byte>.Shared.Return(pooled);
    }
}

/// <summary>A blob that is open for reading ranges of it. Its content does not change.</summary>
internal interface IBlobFile : IDisposable
{
    /// <summary>Its length in bytes.</summary>
    long Length { get; }

    /// <summary>Reads bytes; all of them, or it throws.</summary>
    /// <exception cref="StorageException">They cannot be read.</exception>
    void Read(long offset, Span<byte> target);
}

/// <summary>
/// Named blobs that appear and change whole or not at all: a local folder or a container of Azure. All members throw <see cref="StorageException"/>
/// for the outside world's faults, <see cref="ArgumentException"/> for a bad name (see <see cref="BlobName"/>), and may be called from any thread.
/// </summary>
internal interface IBlobs : IFileStore
{
    /// <summary>Every blob below a folder, at any depth, in ordinal order of names.</summary>
    /// <param name="folder">Ends with a slash, or is empty for all.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<IReadOnlyList<BlobEntry>> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>The folders right below a folder, each with all of its path and a slash behind, in ordinal order.</summary>
    /// <param name="folder">Ends with a slash, or is empty for the root.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Reads a blob whole; null when there is none of that name.</summary>
    Task<BlobContent?> ReadAsync(string name, CancellationToken cancellationToken);

    /// <summary>Opens the very version that a listing showed, to read ranges of it.</summary>
    /// <returns>Null where a range costs as much as the whole, as from a storage account, and when the blob has changed since or is gone.</returns>
    IBlobFile? TryOpen(BlobEntry blob);

    /// <summary>Reads the last bytes of the very version that a listing showed; all of it when it is shorter.</summary>
    /// <returns>Null when the blob has changed since or is gone.</returns>
    Task<ReadOnlyMemory<byte>?> ReadTailAsync(BlobEntry blob, int count, CancellationToken cancellationToken);

    /// <summary>Changes a blob in one step that no other writer, of any process, comes between.</summary>
    /// <param name="name">The blob.</param>
    /// <param name="change">
    /// Gets the present content, null when there is none, and gives the new one, null to leave all as it is. May be called again when another
    /// writer was faster; the last call counts.
    /// </param>
    /// <param name="cancellationToken">Stops the work; the blob is then as before, or changed in full.</param>
    /// <returns>The version afterwards; null when there is no blob.</returns>
    Task<string?> UpdateAsync(string name, Func<BlobContent?, byte[]?> change, CancellationToken cancellationToken);

    /// <inheritdoc/>
    Task IFileStore.ChangeAsync(string name, Func<ReadOnlyMemory<byte>?, byte[]?> change, CancellationToken cancellationToken) =>
        UpdateAsync(name, present => change(present?.Bytes), cancellationToken);

    /// <summary>Removes that very version of a blob.</summary>
    /// <returns>False when there is another or none.</returns>
    Task<bool> DeleteAsync(string name, string version, CancellationToken cancellationToken);

    /// <summary>Removes what killed writers left unfinished.</summary>
    /// <returns>How many files; 0 where unfinished blobs are nowhere to be seen.</returns>
    Task<int> SweepAsync(CancellationToken cancellationToken);
}
