using System.Buffers;
using System.Runtime.InteropServices;

namespace TraderData.Parquet;

/// <summary>Writes column chunks: chooses the layout, cuts pages, keeps statistics. Its buffers serve one chunk after another.</summary>
internal sealed class ChunkWriter(ParquetWriterOptions options) : IDisposable
{
    private readonly PageWriter _pages = new(PageCompression.CodecOf(options.Compression));
    private readonly GrowBuffer _values = new();

    public WrittenChunk WriteNumbers(
        ParquetColumn column, ReadOnlySpan<long> present, NumberBounds bounds, int rows, ReadOnlySpan<bool> valid, long offset, IBufferWriter<byte> output)
    {
        bounds.RequireFit(column, present);
        using var dictionary = column.Encoding == ParquetEncoding.Dictionary ? NumberDictionary.TryBuild(present) : null;
        _pages.Begin(offset, output);
        if (dictionary is not null)
            WriteDictionary(column, dictionary);
        // More distinct values than a dictionary is for: differences are the next best.
        var encoding = column.Encoding switch
        {
            ParquetEncoding.Dictionary => dictionary is null ? FormatEncoding.DeltaBinaryPacked : FormatEncoding.RleDictionary,
            ParquetEncoding.DeltaBinaryPacked => FormatEncoding.DeltaBinaryPacked,
            ParquetEncoding.ByteStreamSplit => FormatEncoding.ByteStreamSplit,
            _ => FormatEncoding.Plain,
        };

        var from = 0;
        for (var row = 0; row < rows; row += options.PageRows)
        {
            var count = Math.Min(options.PageRows, rows - row);
            var pageValid = valid.IsEmpty ? valid : valid.Slice(row, count);
            var pagePresent = valid.IsEmpty ? count : pageValid.Count(true);
            _values.Clear();
            if (dictionary is not null)
                DictionaryPage.AppendIndices(dictionary.Indices.Slice(from, pagePresent), dictionary.Count, _values);
            else
                AppendNumbers(column, encoding, present.Slice(from, pagePresent));
            _pages.WriteData(_values.Written, count, column.Optional, pageValid, encoding);
            from += pagePresent;
        }

        var (min, max) = present.IsEmpty ? default((byte[]?, byte[]?)) : (NumberBounds.ToBytes(column, bounds.Min), NumberBounds.ToBytes(column, bounds.Max));
        return _pages.End(rows, encoding, rows - present.Length, min, max);
    }

    public WrittenChunk WriteTexts(ParquetColumn column, ReadOnlySpan<string?> values, long offset, IBufferWriter<byte> output)
    {
        var nulls = values.Count((string?)null);
        if (nulls > 0 && !column.Optional)
            throw new ArgumentException($"column {column.Name} is not optional, row {values.IndexOf((string?)null)} is null");
        using var texts = new TextEncoder(values, column.Encoding == ParquetEncoding.Dictionary);
        _pages.Begin(offset, output);
        if (texts.HasDictionary)
            _pages.WriteDictionary(texts.Dictionary, texts.DictionaryCount);
        var valid = ArrayPool<bool>.Shared.Rent(options.PageRows);
        var encoding = texts.HasDictionary ? FormatEncoding.RleDictionary : FormatEncoding.Plain;
        for (var row = 0; row < values.Length; row += options.PageRows)
        {
            var page = values.Slice(row, Math.Min(options.PageRows, values.Length - row));
            for (var i = 0; i < page.Length; i++)
                valid[i] = page[i] is not null;
            _values.Clear();
            texts.AppendPage(page, _values);
            _pages.WriteData(_values.Written, page.Length, column.Optional, nulls == 0 ? [] : valid.AsSpan(0, page.Length), encoding);
        }

        ArrayPool<bool>.Shared.Return(valid);
        return _pages.End(values.Length, encoding, nulls, texts.Min, texts.Max);
    }

    public void Dispose()
    {
        _pages.Dispose();
        _values.Dispose();
    }

    private void WriteDictionary(ParquetColumn column, NumberDictionary dictionary)
    {
        _values.Clear();
        AppendNumbers(column, FormatEncoding.Plain, dictionary.Values);
        _pages.WriteDictionary(_values.Written, dictionary.Count);
    }

    private void AppendNumbers(ParquetColumn column, FormatEncoding encoding, ReadOnlySpan<long> values)
    {
        var narrow = column.Physical == PhysicalType.Int32;
        if (encoding == FormatEncoding.DeltaBinaryPacked)
        {
            DeltaEncoder.Encode(values, narrow, _values);
        }
        else if (encoding == FormatEncoding.ByteStreamSplit)
        {
            var size = narrow ? sizeof(int) : sizeof(long);
            var target = _values.GetSpan(values.Length * size + 1);
            ByteStreamSplit.Encode(values, size, target);
            _values.Advance(values.Length * size);
        }
        else if (column.Physical is PhysicalType.Int64 or PhysicalType.Double)
        {
            _values.Append(MemoryMarshal.AsBytes(values));
        }
        else if (narrow)
        {
            foreach (var value in values)
                _values.AppendInt32((int)value);
        }
        else
        {
            foreach (var value in values)
            {
                NumberBounds.WriteBigEndian(_values.GetSpan(column.TypeLength)[..column.TypeLength], column, value);
                _values.Advance(column.TypeLength);
            }
        }
    }
}
