namespace TraderData.Storage.Tests;

/// <summary>Blobs that remember what was read whole, what in parts, and what only at its end.</summary>
internal sealed class CountingBlobs(IBlobs blobs) : IBlobs
{
    public List<string> Read { get; } = [];

    public List<string> Tails { get; } = [];

    public List<string> Opened { get; } = [];

    public List<string> Listed { get; } = [];

    /// <summary>Is waited for before a blob is read whole.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Task<IReadOnlyList<BlobEntry>> ListAsync(string folder, CancellationToken cancellationToken)
    {
        lock (Listed)
            Listed.Add(folder);
        return blobs.ListAsync(folder, cancellationToken);
    }

    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) => blobs.ListFoldersAsync(folder, cancellationToken);

    public async Task<BlobContent?> ReadAsync(string name, CancellationToken cancellationToken)
    {
        lock (Read)
            Read.Add(Path.GetFileName(name));
        await Gate;
        return await blobs.ReadAsync(name, cancellationToken);
    }

    public IBlobFile? TryOpen(BlobEntry blob)
    {
        lock (Opened)
            Opened.Add(Path.GetFileName(blob.Name));
        return blobs.TryOpen(blob);
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

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) => blobs.OpenReadAsync(name, cancellationToken);

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => blobs.DeleteAsync(name, cancellationToken);

    public Task<bool> DeleteAsync(string name, string version, CancellationToken cancellationToken) => blobs.DeleteAsync(name, version, cancellationToken);

    public Task<int> SweepAsync(CancellationToken cancellationToken) => blobs.SweepAsync(cancellationToken);
}
