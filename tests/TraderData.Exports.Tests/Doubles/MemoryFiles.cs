using TraderData.Core;

namespace TraderData.Exports.Tests;

/// <summary>A file store in memory.</summary>
internal sealed class MemoryFiles : IFileStore
{
    public List<string> Names { get; } = [];

    public Dictionary<string, byte[]> Content { get; } = [];

    public async Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (Content.ContainsKey(name) && !overwrite)
            throw new StorageException(StorageErrorKind.Refused, $"{name} exists");
        using var stream = new MemoryStream();
        await write(stream, cancellationToken);
        Content[name] = stream.ToArray();
        Names.Add(name);
    }

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task ChangeAsync(string name, Func<ReadOnlyMemory<byte>?, byte[]?> change, CancellationToken cancellationToken) => throw new NotSupportedException();
}
