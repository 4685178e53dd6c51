using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace TraderData.Storage;

/// <summary>One version of a blob, downloaded from where it is read on, as it is read. Seeking costs nothing until the next read.</summary>
internal sealed class AzureReadStream(BlockBlobClient blob, long length, ETag version, string where) : Stream
{
    private Stream? _download;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value == _position)
                return;
            Drop();
            _position = value;
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _position >= length)
            return 0;
        try
        {
            _download ??= await BeginAsync(cancellationToken);
            var count = await _download.ReadAsync(buffer, cancellationToken);
            _position += count;
            return count > 0 ? count : throw new EndOfStreamException($"it ends at {_position}, {length - _position} bytes before it should");
        }
        catch (Exception e) when (AzureFault.IsOne(e))
        {
            throw AzureFault.Translate(where, e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("a blob is read asynchronously");

    public override long Seek(long offset, SeekOrigin origin) =>
        Position = origin switch { SeekOrigin.Begin => offset, SeekOrigin.Current => _position + offset, _ => length + offset };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Drop();
        base.Dispose(disposing);
    }

    private async Task<Stream> BeginAsync(CancellationToken cancellationToken)
    {
        // Range and condition together: another version is an error, not other bytes.
        var options = new BlobDownloadOptions { Range = new HttpRange(_position, length - _position), Conditions = new BlobRequestConditions { IfMatch = version } };
        return (await blob.DownloadStreamingAsync(options, cancellationToken)).Value.Content;
    }

    private void Drop()
    {
        _download?.Dispose();
        _download = null;
    }
}
