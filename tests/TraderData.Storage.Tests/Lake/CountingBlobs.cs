namespace TraderData.Storage.Tests;

/// <summary>Blobs that remember what was read whole, and what only at its end.</summary>
internal sealed class CountingBlobs(IBlobs blobs) : IBlobs
{
    public List<string> Read { get; } = [];

    public List<string> Tails { get; } = [];

    public Task<IReadOnlyList<BlobEntry>> ListAsync(string folder, CancellationToken cancellationToken) => blobs.ListAsync(folder, cancellationToken);

    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) => blobs.ListFoldersAsync(folder, cancellationToken);

    public Task<BlobContent?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        lock (Read)
            Read.Add(Path.GetFileName(name));
        return blobs.ReadAsync(name, cancellationToken);
    }

    public Task<ReadOnlyMemory<byte>?> ReadTailAsync(BlobEntry blob, int count, CancellationToken cancellationToken)
    {
        lock (Tails)
            Tails.Add(Path.GetFileName(blob.Name));
        return blobs.ReadTailAsync(blob, count, cancellationToken);
    }

    public Task<string?> UpdateAsync(string name, Func<BlobContent?, byte[]?> change, CancellationToken cancellationToken) => blobs.UpdateAsync(name, change, cancellationToken);

    public Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        blobs.WriteAsync(name, overwrite, write, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => blobs.DeleteAsync(name, cancellationToken);
}
