namespace TraderData.Storage.Tests;

/// <summary>Blobs as they were, but one, whose bits can be flipped: a disk does not do that on demand.</summary>
internal sealed class FlippedBlobs : IBlobs
{
    private readonly SortedDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);

    private FlippedBlobs()
    {
    }

    public byte[] this[string name] => _blobs[name];

    public static async Task<FlippedBlobs> OfAsync(IBlobs blobs, CancellationToken cancellationToken)
    {
        var copy = new FlippedBlobs();
        foreach (var blob in await blobs.ListAsync("", cancellationToken))
            copy._blobs[blob.Name] = (await blobs.ReadAsync(blob.Name, cancellationToken))!.Bytes.ToArray();
        return copy;
    }

    public void Flip(string name, int bit) => _blobs[name][bit / 8] ^= (byte)(1 << (bit % 8));

    public Task<IReadOnlyList<BlobEntry>> ListAsync(string folder, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<BlobEntry>>(
        [.. _blobs.Where(blob => blob.Key.StartsWith(folder, StringComparison.Ordinal)).Select(blob => new BlobEntry(blob.Key, blob.Value.Length, "1"))]);

    public Task<IReadOnlyList<string>> ListFoldersAsync(string folder, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>(
    [
        .. _blobs.Keys.Where(name => name.StartsWith(folder, StringComparison.Ordinal) && name.IndexOf('/', folder.Length) >= 0)
            .Select(name => name[..(name.IndexOf('/', folder.Length) + 1)]).Distinct(),
    ]);

    public Task<BlobContent?> ReadAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult(_blobs.TryGetValue(name, out var bytes) ? new BlobContent(bytes.ToArray(), "1") : null);

    public IBlobFile? TryOpen(BlobEntry blob) => new MemoryFile(_blobs[blob.Name]);

    public Task<ReadOnlyMemory<byte>?> ReadTailAsync(BlobEntry blob, int count, CancellationToken cancellationToken) =>
        Task.FromResult<ReadOnlyMemory<byte>?>(_blobs[blob.Name].AsMemory(Math.Max(0, _blobs[blob.Name].Length - count)).ToArray());

    public Task<string?> UpdateAsync(string name, Func<BlobContent?, byte[]?> change, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task DeleteAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> DeleteAsync(string name, string version, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> SweepAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
