using System.Buffers;
using System.Buffers.Binary;
using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace TraderData.Storage;

/// <summary>A blob on its way: what is written is staged in blocks, and is nowhere to be seen before <see cref="CommitAsync"/>.</summary>
internal sealed class AzureBlockStream(BlockBlobClient blob) : Stream
{
    // Azure takes 50,000 blocks: with these a blob of 195 GiB. A partition is one block.
    private const int BlockBytes = 4 << 20;

    private readonly List<string> _blocks = [];

    // Blocks of all writers of a blob lie side by side until a commit: each writer's have names of their own.
    private readonly Guid _writer = Guid.NewGuid();
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int _filled;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Makes the blob of what was written.</summary>
    /// <returns>Its tag.</returns>
    public async Task<ETag> CommitAsync(BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        if (_filled > 0)
            await StageAsync(cancellationToken);
        var answer = await blob.CommitBlockListAsync(_blocks, new CommitBlockListOptions { Conditions = conditions }, cancellationToken);
        return answer.Value.ETag;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Fill(buffer.Span)..];
            if (_filled == BlockBytes)
                await StageAsync(cancellationToken);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            buffer = buffer[Fill(buffer)..];
            if (_filled < BlockBytes)
                continue;
            using var block = new MemoryStream(_buffer, 0, _filled, writable: false);
            blob.StageBlock(NextBlock(), block);
            _filled = 0;
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // A block is staged when it is full: flushing must not make small ones.
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        base.Dispose(disposing);
    }

    private int Fill(ReadOnlySpan<byte> from)
    {
        var count = Math.Min(from.Length, BlockBytes - _filled);
        from[..count].CopyTo(_buffer.AsSpan(_filled));
        _filled += count;
        return count;
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        using var block = new MemoryStream(_buffer, 0, _filled, writable: false);
        await blob.StageBlockAsync(NextBlock(), block, cancellationToken: cancellationToken);
        _filled = 0;
    }

    // All names of a blob's blocks must have the same length.
    private string NextBlock()
    {
        Span<byte> name = stackalloc byte[20];
        _writer.TryWriteBytes(name);
        BinaryPrimitives.WriteInt32BigEndian(name[16..], _blocks.Count);
        _blocks.Add(Convert.ToBase64String(name));
        return _blocks[^1];
    }
}
