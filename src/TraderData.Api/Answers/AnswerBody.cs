using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>
/// An answer on its way out, through one pooled buffer. What fits into the buffer goes out whole, with its length; what does not, or is compressed, is
/// streamed, and until the first part has gone the answer can still become an error.
/// </summary>
internal sealed class AnswerBody(HttpContext context, string contentType, ContentCoding? coding) : IDisposable
{
    /// <summary>How much is collected before it is sent. 32, 64 and 256 KB were measured to cost the same for each request: 64 keep the memory of many requests small.</summary>
    public const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _length;

    // Left as it is when the answer fails: its end must not be written then.
    private Stream? _compressor;
    private byte[]? _copy;
    private int _copied;

    /// <summary>True when the client asked for headers only, and they are now known: nothing more needs to be rendered.</summary>
    public bool IsDone { get; private set; }

    /// <summary>All that was sent, before it was compressed, when <see cref="KeepCopy"/> asked for it; null when it was too long to be kept.</summary>
    public byte[]? Copy => _copy?.AsSpan(0, _copied).ToArray();

    /// <summary>What of the buffer is free.</summary>
    public Span<byte> Free => _buffer.AsSpan(_length);

    /// <summary>Says how much of <see cref="Free"/> was written.</summary>
    public void Advance(int count) => _length += count;

    /// <summary>Adds bytes; there must be room.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free);
        _length += bytes.Length;
    }

    /// <summary>Makes a copy of what is sent from now on, for an <see cref="AnswerCache"/>.</summary>
    public void KeepCopy() => _copy = ArrayPool<byte>.Shared.Rent(AnswerCache.MaxAnswerBytes);

    /// <summary>Sends what is collected and waits until the client has taken enough of it.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!context.Response.HasStarted)
            SetHeaders(length: null);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            IsDone = true;
            DropCopy();
            return;
        }

        await SendAsync(_buffer.AsMemory(0, _length), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _length = 0;
    }

    /// <summary>Sends the rest.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken) => await FinishAsync(_buffer.AsMemory(0, _length), cancellationToken);

    /// <summary>Sends bytes as the rest, past the buffer, in which nothing was collected.</summary>
    public async ValueTask FinishAsync(ReadOnlyMemory<byte> rest, CancellationToken cancellationToken)
    {
        if (IsDone)
            return;
        if (!context.Response.HasStarted)
            SetHeaders(rest.Length);
        if (coding is not null && HttpMethods.IsHead(context.Request.Method))
            return;
        await SendAsync(rest, cancellationToken);
        if (_compressor is not null)
            await _compressor.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        DropCopy();
    }

    private void DropCopy()
    {
        if (_copy is { } pooled)
            ArrayPool<byte>.Shared.Return(pooled);
        _copy = null;
    }

    private void SetHeaders(long? length)
    {
        context.Response.ContentType = contentType;
        if (coding is null)
            context.Response.ContentLength = length;
        else
            context.Response.Headers.ContentEncoding = coding.Name;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        AddToCopy(bytes.Span);
        if (coding is null)
        {
            // The server takes all that it is given at once, however slow the client is.
            for (; bytes.Length > BufferBytes; bytes = bytes[BufferBytes..])
                await context.Response.BodyWriter.WriteAsync(bytes[..BufferBytes], cancellationToken);
            await context.Response.BodyWriter.WriteAsync(bytes, cancellationToken);
            return;
        }

        _compressor ??= coding.Over(context.Response.Body);
        await _compressor.WriteAsync(bytes, cancellationToken);
    }

    private void AddToCopy(ReadOnlySpan<byte> bytes)
    {
        if (_copy is null)
            return;
        if (_copied + bytes.Length > AnswerCache.MaxAnswerBytes)
        {
            DropCopy();
            return;
        }

        bytes.CopyTo(_copy.AsSpan(_copied));
        _copied += bytes.Length;
    }
}
