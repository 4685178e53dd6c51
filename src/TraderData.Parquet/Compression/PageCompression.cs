using System.Buffers;
using System.IO.Compression;

namespace TraderData.Parquet;

/// <summary>Compresses and unpacks page payloads.</summary>
internal static class PageCompression
{
    // A page this small is allowed any ratio: a page of equal values packs well, and cannot hurt.
    private const int RatioFreeBytes = 64 << 10;

    public static Codec CodecOf(ParquetCompression compression) => compression switch
    {
        ParquetCompression.None => Codec.Uncompressed,
        ParquetCompression.Snappy => Codec.Snappy,
        ParquetCompression.Gzip => Codec.Gzip,
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "unknown compression"),
    };

    public static void Compress(Codec codec, ReadOnlySpan<byte> page, GrowBuffer output)
    {
        output.Clear();
        if (codec == Codec.Snappy)
        {
            // The encoder gives nothing for nothing; the format wants the size, 0.
            output.Append(page.IsEmpty ? [0] : IronSnappy.Snappy.Encode(page));
            return;
        }

        using var gzip = new GZipStream(new GrowBufferStream(output), CompressionLevel.Optimal);
        gzip.Write(page);
    }

    public static void RequireReadable(Codec codec, string column, long offset)
    {
        if (codec is not (Codec.Uncompressed or Codec.Snappy or Codec.Gzip))
            throw ParquetException.Unsupported($"column {column} is compressed with {codec.ToString().ToUpperInvariant()}; this codec reads UNCOMPRESSED, SNAPPY and GZIP", offset);
    }

    /// <summary>Checks a page's declared size before anything is allocated for it.</summary>
    public static void RequireSaneSize(int compressed, int declared, ParquetLimits limits, long offset)
    {
        if (declared < 0 || declared > limits.MaxPageBytes)
            throw new ParquetException($"a page of {declared} bytes, the cap is {limits.MaxPageBytes}", offset);
        if (declared > RatioFreeBytes && declared > (long)compressed * limits.MaxCompressionRatio)
            throw new ParquetException($"a page of {compressed} bytes says it unpacks to {declared}, the cap is {limits.MaxCompressionRatio} to 1", offset);
    }

    /// <summary>Unpacks into all of <paramref name="target"/>, whose size the page declares.</summary>
    public static void Decompress(Codec codec, ReadOnlySpan<byte> source, Span<byte> target, long offset)
    {
        if (codec == Codec.Snappy)
        {
            var size = SnappyDecoder.ReadSize(source, out var header);
            if (size != target.Length || !SnappyDecoder.TryDecode(source[header..], target))
                throw new ParquetException($"a damaged Snappy block (it should unpack to {target.Length} bytes, says {size})", offset);
            return;
        }

        var copy = ArrayPool<byte>.Shared.Rent(source.Length);
        try
        {
            source.CopyTo(copy);
            Gunzip(copy, source.Length, target, offset);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static void Gunzip(byte[] source, int length, Span<byte> target, long offset)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(source, 0, length, writable: false), CompressionMode.Decompress);
            var read = gzip.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            Span<byte> more = stackalloc byte[1];
            if (read != target.Length || gzip.Read(more) != 0)
                throw new ParquetException($"a GZIP page that does not unpack to the {target.Length} bytes it declares", offset);
        }
        catch (InvalidDataException e)
        {
            throw new ParquetException("a damaged GZIP page", offset, e);
        }
    }

    private sealed class GrowBufferStream(GrowBuffer buffer) : Stream
    {
        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => buffer.Length;
        public override long Position { get => buffer.Length; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
        public override void Write(ReadOnlySpan<byte> bytes) => buffer.Append(bytes);
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
