using System.Buffers;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>The body of an answer in a pooled buffer. Its bytes must not be used after <see cref="Dispose"/>.</summary>
public sealed class SourceAnswer : IDisposable
{
    private const int FirstSize = 64 * 1024;
    private byte[]? _buffer;
    private int _length;

    private SourceAnswer(byte[] buffer) => _buffer = buffer;

    /// <summary>The body, unpacked.</summary>
    public ReadOnlySpan<byte> Utf8 => _buffer is null ? throw new ObjectDisposedException(nameof(SourceAnswer)) : _buffer.AsSpan(0, _length);

    /// <summary>The body as a stream to read, on the same bytes.</summary>
    public Stream OpenRead() => _buffer is null
        ? throw new ObjectDisposedException(nameof(SourceAnswer))
        : new MemoryStream(_buffer, 0, _length, writable: false);

    /// <summary>How long it took from asking to the last byte: what it tells of a time is as old as that at most.</summary>
    public TimeSpan Took { get; internal set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        _buffer = null;
    }

    internal static async Task<SourceAnswer> ReadAsync(HttpContent content, int maxBytes, string request, CancellationToken cancellationToken)
    {
        var answer = new SourceAnswer(ArrayPool<byte>.Shared.Rent(FirstSize));
        try
        {
            if (!await answer.FillAsync(content, maxBytes, cancellationToken))
                throw new BadDataException(request, $"an answer of more than {maxBytes} bytes", "a page of bars, a list of instruments or an archive");
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    /// <summary>Reads at most <paramref name="maxBytes"/> and leaves the rest, for error pages.</summary>
    internal static async Task<SourceAnswer> ReadStartAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        var answer = new SourceAnswer(ArrayPool<byte>.Shared.Rent(FirstSize));
        await answer.FillAsync(content, maxBytes, cancellationToken);
        answer._length = Math.Min(answer._length, maxBytes);
        return answer;
    }

    private async Task<bool> FillAsync(HttpContent content, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        while (_length <= maxBytes)
        {
            if (_length == _buffer!.Length)
                Grow();
            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancellationToken);
            if (read == 0)
                return true;
            _length += read;
        }

        return false;
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(_buffer!.Length * 2);
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
