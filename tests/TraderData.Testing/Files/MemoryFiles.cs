using System.Collections.Concurrent;
using System.Text;
using TraderData.Core;

namespace TraderData.Testing;

/// <summary>A file store in memory.</summary>
public sealed class MemoryFiles : IFileStore
{
    private readonly Lock _gate = new();

    /// <summary>The files.</summary>
    public ConcurrentDictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

    /// <summary>The names of files that were written through streams, in the order in which they appeared.</summary>
    public ConcurrentQueue<string> Names { get; } = new();

    /// <inheritdoc/>
    public async Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        if (Content.ContainsKey(name) && !overwrite)
            throw new StorageException(StorageErrorKind.Refused, $"{name} exists");
        using var stream = new MemoryStream();
        await write(stream, cancellationToken);
        Content[name] = stream.ToArray();
        Names.Enqueue(name);
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(Content.TryGetValue(name, out var bytes) ? new MemoryStream(bytes, writable: false) : null);

    /// <inheritdoc/>
    public Task ChangeAsync(string name, Func<ReadOnlyMemory<byte>?, byte[]?> change, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (change(Content.TryGetValue(name, out var present) ? present : (ReadOnlyMemory<byte>?)null) is { } bytes)
                Content[name] = bytes;
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string name, CancellationToken cancellationToken)
    {
        Content.TryRemove(name, out _);
        return Task.CompletedTask;
    }

    /// <summary>A file as text.</summary>
    public string Text(string name) => Encoding.UTF8.GetString(Content[name]);
}
