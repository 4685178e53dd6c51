using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace TraderData.Api;

/// <summary>
/// An answer on its way out, through one pooled buffer. What fits into the buffer goes out whole, with its length; what does not is streamed, and
/// until the first part has gone the answer can still become an error.
/// </summary>
internal sealed class AnswerBody(HttpContext context) : IDisposable
{
    /// <summary>How much is collected before it is sent. 32, 64 and 256 KB were measured to cost the same for each request: 64 keep the memory of many requests small.</summary>
    public const int BufferBytes = 64 * 1024;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
    private int _length;

    /// <summary>True when the client asked for headers only, and they are now known: nothing more needs to be rendered.</summary>
    public bool IsDone { get; private set; }

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

    /// <summary>Sends what is collected and waits until the client has taken enough of it.</summary>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (!context.Response.HasStarted)
            context.Response.ContentType = JsonAnswer.ContentType;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            IsDone = true;
            return;
        }

        await context.Response.BodyWriter.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        _length = 0;
    }

    /// <summary>Sends the rest.</summary>
    public async ValueTask FinishAsync(CancellationToken cancellationToken)
    {
        if (IsDone)
            return;
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = JsonAnswer.ContentType;
            context.Response.ContentLength = _length;
        }

        await context.Response.BodyWriter.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
}
