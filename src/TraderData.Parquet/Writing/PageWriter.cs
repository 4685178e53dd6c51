using System.Buffers;
using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>Writes the pages of one chunk after another: levels, compression, checksum, header.</summary>
internal sealed class PageWriter(Codec codec) : IDisposable
{
    private readonly GrowBuffer _page = new();
    private readonly GrowBuffer _compressed = new();
    private readonly GrowBuffer _header = new();
    private IBufferWriter<byte>? _output;
    private long _start, _written, _uncompressed;
    private long? _dictionaryOffset;
    private readonly List<PageLocation> _pages = [];
    private int _rows;

    public void Begin(long offset, IBufferWriter<byte> output)
    {
        (_output, _start, _written, _uncompressed) = (output, offset, 0, 0);
        (_dictionaryOffset, _rows) = (null, 0);
        _pages.Clear();
    }

    public void WriteDictionary(ReadOnlySpan<byte> values, int count)
    {
        _dictionaryOffset = _start + _written;
        var payload = Compress(values);
        PageHeader.WriteDictionary(NewHeader(), values.Length, payload.Length, Crc32.Compute(payload), count);
        Emit(values.Length, payload);
    }

    /// <summary>Writes a page of <paramref name="rows"/> rows. <paramref name="valid"/> is empty when none is null.</summary>
    public void WriteData(ReadOnlySpan<byte> values, int rows, bool optional, ReadOnlySpan<bool> valid, FormatEncoding encoding)
    {
        var offset = _start + _written;
        if (optional)
        {
            _page.Clear();
            AppendLevels(rows, valid);
            _page.Append(values);
            values = _page.Written;
        }

        var payload = Compress(values);
        PageHeader.WriteData(NewHeader(), values.Length, payload.Length, Crc32.Compute(payload), rows, encoding);
        Emit(values.Length, payload);
        _pages.Add(new PageLocation(offset, (int)(_start + _written - offset), _rows, rows));
        _rows += rows;
    }

    public WrittenChunk End(int rows, FormatEncoding encoding, int nulls, byte[]? min, byte[]? max)
    {
        _output = null;
        return new WrittenChunk(
            codec, rows, encoding, _dictionaryOffset, _pages.Count > 0 ? _pages[0].Offset : _start, _written, _uncompressed, nulls, min, max, [.. _pages]);
    }

    public void Dispose()
    {
        _page.Dispose();
        _compressed.Dispose();
        _header.Dispose();
    }

    private void AppendLevels(int rows, ReadOnlySpan<bool> valid)
    {
        _page.AppendInt32(0);
        if (valid.IsEmpty)
        {
            _page.AppendVarint((ulong)rows << 1);
            _page.Append(1);
        }
        else
        {
            var levels = ArrayPool<int>.Shared.Rent(rows);
            for (var i = 0; i < rows; i++)
                levels[i] = valid[i] ? 1 : 0;
            RleHybrid.Encode(levels.AsSpan(0, rows), 1, _page);
            ArrayPool<int>.Shared.Return(levels);
        }

        BinaryPrimitives.WriteInt32LittleEndian(_page.Patch(0, sizeof(int)), _page.Length - sizeof(int));
    }

    private ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> values)
    {
        if (codec == Codec.Uncompressed)
            return values;
        PageCompression.Compress(codec, values, _compressed);
        return _compressed.Written;
    }

    private CompactWriter NewHeader()
    {
        _header.Clear();
        return new CompactWriter(_header);
    }

    private void Emit(int uncompressed, ReadOnlySpan<byte> payload)
    {
        var output = _output ?? throw new InvalidOperationException("no chunk has begun");
        output.Write(_header.Written);
        output.Write(payload);
        _written += _header.Length + payload.Length;
        _uncompressed += _header.Length + uncompressed;
    }
}
