using System.Collections.Concurrent;
using System.Text;
using TraderData.Core;

namespace TraderData.Rounds.Tests;

/// <summary>A file store in memory.</summary>
internal sealed class MemoryFiles : IFileStore
{
    private readonly Lock _gate = new();

    public ConcurrentDictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

    public async Task WriteAsync(string name, bool overwrite, Func<Stream, CancellationToken, Task> write, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        await write(stream, cancellationToken);
        Content[name] = stream.ToArray();
    }

    public Task<Stream?> OpenReadAsync(string name, CancellationToken cancellationToken) =>
        Task.FromResult<Stream?>(Content.TryGetValue(name, out var bytes) ? new MemoryStream(bytes, writable: false) : null);

    public Task ChangeAsync(string name, Func<ReadOnlyMemory<byte>?, byte[]?> change, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (change(Content.TryGetValue(name, out var present) ? present : (ReadOnlyMemory<byte>?)null) is { } bytes)
                Content[name] = bytes;
        }

        return Task.CompletedTask;
    }

    public string Text(string name) => Encoding.UTF8.GetString(Content[name]);
}
