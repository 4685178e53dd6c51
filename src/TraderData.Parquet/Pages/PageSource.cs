using System.Buffers;
using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>Walks the pages of a chunk: checks headers, checksums and sizes, unpacks, reads definition levels.</summary>
/// <param name="chunk">The chunk.</param>
/// <param name="offset">Offset in the file of the bytes that are walked: of the chunk, or of one of its pages.</param>
internal sealed class PageSource(ParquetChunk chunk, long offset) : IDisposable
{
    /// <summary>Walks all of a chunk.</summary>
    public PageSource(ParquetChunk chunk)
        : this(chunk, chunk.Offset)
    {
    }

    private byte[] _unpacked = [];
    private bool[] _valid = [];
    private int _position;

    /// <summary>Passes pages whose rows are all before a row. What is in them is not looked at.</summary>
    /// <param name="bytes">The chunk's bytes.</param>
    /// <param name="rows">How many rows from here on are not wanted.</param>
    /// <returns>How many rows were passed.</returns>
    public int Skip(ReadOnlySpan<byte> bytes, int rows)
    {
        var passed = 0;
        while (_position < bytes.Length)
        {
            var header = ReadHeader(bytes, out var at);
            if (header.Type is PageType.Data or PageType.DataV2 && header.Values <= rows - passed)
                passed += header.Values;
            else if (header.Type != PageType.Index)
                break;
            _position = at + header.CompressedBytes;
        }

        return passed;
    }

    /// <summary>Takes the next page that holds values; false at the chunk's end.</summary>
    public bool TryNext(ReadOnlySpan<byte> bytes, out DataPage page)
    {
        page = default;
        while (_position < bytes.Length)
        {
            var header = ReadHeader(bytes, out var at);
            var payload = bytes.Slice(at, header.CompressedBytes);
            _position = at + header.CompressedBytes;
            VerifyCrc(header, payload, offset + at);
            if (header.Type == PageType.Index)
                continue;

            page = Open(header, payload, offset + at);
            return true;
        }

        return false;
    }

    public void Dispose()
    {
        Release(ref _unpacked);
        Release(ref _valid);
    }

    private PageHeader ReadHeader(ReadOnlySpan<byte> bytes, out int at)
    {
        var reader = new CompactReader(bytes[_position..], offset + _position);
        var header = PageHeader.Read(ref reader);
        at = _position + reader.Position;
        return header.CompressedBytes <= bytes.Length - at
            ? header
            : throw new ParquetException($"a page of {header.CompressedBytes} bytes passes its chunk's end", offset + _position);
    }

    private static void Release<T>(ref T[] pooled)
    {
        if (pooled.Length > 0)
            ArrayPool<T>.Shared.Return(pooled);
        pooled = [];
    }

    private static Span<T> Rent<T>(ref T[] pooled, int length)
    {
        if (pooled.Length < length)
        {
            Release(ref pooled);
            pooled = ArrayPool<T>.Shared.Rent(length);
        }

        return pooled.AsSpan(0, length);
    }

    private void VerifyCrc(in PageHeader header, ReadOnlySpan<byte> payload, long offset)
    {
        if (header.Crc is not { } stated)
        {
            if (chunk.RequireCrc)
                throw new ParquetException($"a page of column {chunk.Column.Name} lacks its CRC-32", offset);
            return;
        }

        var actual = Crc32.Compute(payload);
        if (actual != stated)
            throw new ParquetException($"a page of column {chunk.Column.Name} is damaged: its CRC-32 is {actual:x8}, {stated:x8} was written", offset);
    }

    private DataPage Open(PageHeader header, ReadOnlySpan<byte> payload, long offset)
    {
        var most = header.Type == PageType.Dictionary ? chunk.Limits.MaxRowGroupRows : chunk.Rows;
        if (header.Values > most)
            throw new ParquetException($"a page of {header.Values} values, there can be {most}", offset);
        PageCompression.RequireSaneSize(payload.Length, header.UncompressedBytes, chunk.Limits, offset);
        return header.Type switch
        {
            PageType.Data => OpenData(header, payload, offset),
            PageType.DataV2 => OpenDataV2(header, payload, offset),
            PageType.Dictionary => new DataPage
            {
                IsDictionary = true,
                Rows = header.Values,
                Present = header.Values,
                Encoding = header.Encoding,
                Values = Unpack(payload, header.UncompressedBytes, offset),
                Offset = offset,
            },
            _ => throw new ParquetException($"unknown page type {(int)header.Type}", offset),
        };
    }

    private DataPage OpenData(PageHeader header, ReadOnlySpan<byte> payload, long offset)
    {
        var values = Unpack(payload, header.UncompressedBytes, offset);
        var page = new DataPage { Rows = header.Values, Present = header.Values, Encoding = header.Encoding, Values = values, Offset = offset };
        if (!chunk.Column.Optional)
            return page;
        if (header.LevelEncoding != FormatEncoding.Rle)
            throw ParquetException.Unsupported($"definition levels of column {chunk.Column.Name} in encoding {(int)header.LevelEncoding}", offset);
        if (values.Length < sizeof(int))
            throw new ParquetException("a page without its definition levels", offset);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(values);
        if (length > values.Length - sizeof(int))
            throw new ParquetException($"definition levels of {length} bytes pass the page's end", offset);

        ReadLevels(values.Slice(sizeof(int), (int)length), ref page, offset + sizeof(int));
        page.Values = values[(sizeof(int) + (int)length)..];
        page.Offset = offset + sizeof(int) + length;
        return page;
    }

    private DataPage OpenDataV2(PageHeader header, ReadOnlySpan<byte> payload, long offset)
    {
        if (header.DefinitionBytes < 0 || header.DefinitionBytes > payload.Length || header.RepetitionBytes != 0 || header.UncompressedBytes < header.DefinitionBytes)
            throw new ParquetException($"levels of {header.DefinitionBytes} and {header.RepetitionBytes} bytes in a flat column's page", offset);
        var body = payload[header.DefinitionBytes..];
        var unpacked = header.UncompressedBytes - header.DefinitionBytes;
        var page = new DataPage
        {
            Rows = header.Values,
            Present = header.Values,
            Encoding = header.Encoding,
            Values = header.IsCompressed ? Unpack(body, unpacked, offset) : AsIs(body, unpacked, offset),
            Offset = offset + header.DefinitionBytes,
        };
        if (chunk.Column.Optional)
            ReadLevels(payload[..header.DefinitionBytes], ref page, offset);
        if (header.Nulls != page.Rows - page.Present)
            throw new ParquetException($"a page says it has {header.Nulls} nulls, its levels say {page.Rows - page.Present}", offset);
        return page;
    }

    private static ReadOnlySpan<byte> AsIs(ReadOnlySpan<byte> payload, int declared, long offset) => payload.Length == declared
        ? payload
        : throw new ParquetException($"an uncompressed page of {payload.Length} bytes says it has {declared}", offset);

    private ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> payload, int declared, long offset)
    {
        if (chunk.Codec == Codec.Uncompressed)
            return AsIs(payload, declared, offset);
        // A page v2 without a single value may carry no compressed block at all.
        if (payload.IsEmpty && declared == 0)
            return payload;
        var target = Rent(ref _unpacked, declared);
        PageCompression.Decompress(chunk.Codec, payload, target, offset);
        return target;
    }

    private void ReadLevels(ReadOnlySpan<byte> levels, ref DataPage page, long offset)
    {
        if (RleHybrid.IsRunOfOnes(levels, page.Rows))
            return;
        var valid = Rent(ref _valid, page.Rows);
        RleHybrid.DecodeBits(levels, valid, offset);
        page.Present = valid.Count(true);
        if (page.Present != page.Rows)
            page.Valid = valid;
    }
}
