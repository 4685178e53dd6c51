using System.Buffers;

namespace TraderData.Parquet;

/// <summary>Reads a chunk of numbers into 64-bit integers.</summary>
internal static class NumberReader
{
    public static void Read(ParquetChunk chunk, ReadOnlySpan<byte> bytes, Span<long> target, Span<bool> valid)
    {
        if (chunk.Column.Kind == ParquetKind.Utf8)
            throw ParquetException.Unsupported($"column {chunk.Column.Name} holds text, not numbers", chunk.Offset);
        using var pages = new PageSource(chunk);
        long[]? dictionary = null;
        var row = 0;
        while (pages.TryNext(bytes, out var page))
        {
            if (page.IsDictionary)
            {
                dictionary = ReadDictionary(chunk, page, dictionary, row);
                continue;
            }

            if (page.Rows > target.Length - row)
                throw new ParquetException($"column {chunk.Column.Name} has more values than its row group has rows", page.Offset);
            var part = target.Slice(row, page.Rows);
            ReadPage(chunk, page, part[..page.Present], dictionary);
            // Without a list of what is there, nulls are told by this number, so it must not be one of the values.
            if (chunk.Column.Optional && valid.IsEmpty && part[..page.Present].Contains(long.MinValue))
                throw new ParquetException($"column {chunk.Column.Name} holds {long.MinValue}, which stands for null here", page.Offset);
            if (page.Present != page.Rows)
                Spread(page, part, valid.IsEmpty ? valid : valid.Slice(row, page.Rows));
            row += page.Rows;
        }

        if (row != target.Length)
            throw new ParquetException($"column {chunk.Column.Name} has {row} values, its row group {target.Length} rows", chunk.Offset);
    }

    private static long[] ReadDictionary(ParquetChunk chunk, in DataPage page, long[]? earlier, int row)
    {
        if (earlier is not null || row > 0)
            throw new ParquetException($"column {chunk.Column.Name}: a dictionary page that is not the chunk's first", page.Offset);
        if (page.Encoding is not (FormatEncoding.Plain or FormatEncoding.PlainDictionary))
            throw ParquetException.Unsupported($"column {chunk.Column.Name}: a dictionary in encoding {(int)page.Encoding}", page.Offset);
        // Checked before the array is made: an entry takes at least a bit of the page.
        if (page.Rows > page.Values.Length * 8L)
            throw new ParquetException($"a dictionary of {page.Rows} entries in {page.Values.Length} bytes", page.Offset);
        var dictionary = new long[page.Rows];
        PlainNumbers.Read(chunk.Column, page.Values, dictionary, page.Offset);
        return dictionary;
    }

    private static void ReadPage(ParquetChunk chunk, in DataPage page, Span<long> target, long[]? dictionary)
    {
        var column = chunk.Column;
        var isInteger = column.Physical is PhysicalType.Int32 or PhysicalType.Int64;
        switch (page.Encoding)
        {
            case FormatEncoding.Plain:
                PlainNumbers.Read(column, page.Values, target, page.Offset);
                break;
            case FormatEncoding.PlainDictionary or FormatEncoding.RleDictionary:
                Lookup(chunk, page, target, dictionary);
                break;
            case FormatEncoding.DeltaBinaryPacked when isInteger:
                DeltaDecoder.Decode(page.Values, target, column.Physical == PhysicalType.Int32, page.Offset);
                break;
            case FormatEncoding.ByteStreamSplit when isInteger:
                var size = column.Physical == PhysicalType.Int32 ? sizeof(int) : sizeof(long);
                PlainNumbers.RequireSize(page.Values, (long)size * target.Length, page.Offset);
                ByteStreamSplit.Decode(page.Values, size, target);
                break;
            case FormatEncoding.Rle when column.Physical == PhysicalType.Boolean:
                PlainNumbers.ReadRleBooleans(page.Values, target, page.Offset);
                break;
            default:
                throw ParquetException.Unsupported($"column {column.Name} ({column.TypeName}) in encoding {page.Encoding}, which this codec does not read for it", page.Offset);
        }
    }

    private static void Lookup(ParquetChunk chunk, in DataPage page, Span<long> target, long[]? dictionary)
    {
        if (dictionary is null)
            throw new ParquetException($"column {chunk.Column.Name}: a page of indices without a dictionary", page.Offset);
        var indices = ArrayPool<int>.Shared.Rent(target.Length);
        try
        {
            var found = indices.AsSpan(0, target.Length);
            DictionaryIndices.Read(page, found, dictionary.Length);
            for (var i = 0; i < target.Length; i++)
                target[i] = dictionary[found[i]];
        }
        finally
        {
            ArrayPool<int>.Shared.Return(indices);
        }
    }

    /// <summary>Moves the values, which fill the start of <paramref name="target"/>, to the rows where they belong.</summary>
    private static void Spread(in DataPage page, Span<long> target, Span<bool> valid)
    {
        var from = page.Present;
        for (var i = target.Length - 1; i >= 0; i--)
            target[i] = page.Valid[i] ? target[--from] : long.MinValue;
        if (!valid.IsEmpty)
            page.Valid.CopyTo(valid);
    }
}
