using System.Buffers;

namespace TraderData.Parquet;

/// <summary>Reads a chunk of texts.</summary>
internal static class TextReader
{
    public static void Read(ParquetChunk chunk, ReadOnlySpan<byte> bytes, Span<string?> target)
    {
        using var pages = new PageSource(chunk);
        string?[]? dictionary = null;
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
            if (page.Present != page.Rows)
                Spread(page, part);
            row += page.Rows;
        }

        if (row != target.Length)
            throw new ParquetException($"column {chunk.Column.Name} has {row} values, its row group {target.Length} rows", chunk.Offset);
    }

    private static string?[] ReadDictionary(ParquetChunk chunk, in DataPage page, string?[]? earlier, int row)
    {
        if (earlier is not null || row > 0)
            throw new ParquetException($"column {chunk.Column.Name}: a dictionary page that is not the chunk's first", page.Offset);
        if (page.Encoding is not (FormatEncoding.Plain or FormatEncoding.PlainDictionary))
            throw ParquetException.Unsupported($"column {chunk.Column.Name}: a dictionary in encoding {(int)page.Encoding}", page.Offset);
        // Checked before the array is made: an entry takes four bytes of length.
        if (page.Rows > page.Values.Length / sizeof(int))
            throw new ParquetException($"a dictionary of {page.Rows} entries in {page.Values.Length} bytes", page.Offset);
        var dictionary = new string?[page.Rows];
        ReadPlain(page, dictionary);
        return dictionary;
    }

    private static void ReadPage(ParquetChunk chunk, in DataPage page, Span<string?> target, string?[]? dictionary)
    {
        switch (page.Encoding)
        {
            case FormatEncoding.Plain:
                ReadPlain(page, target);
                break;
            case FormatEncoding.PlainDictionary or FormatEncoding.RleDictionary:
                Lookup(chunk, page, target, dictionary);
                break;
            case FormatEncoding.DeltaLengthByteArray:
                ReadDeltaLength(page, target);
                break;
            default:
                throw ParquetException.Unsupported($"column {chunk.Column.Name} (text) in encoding {page.Encoding}, which this codec does not read", page.Offset);
        }
    }

    private static void ReadPlain(in DataPage page, Span<string?> target)
    {
        var at = 0;
        for (var i = 0; i < target.Length; i++)
            target[i] = StrictUtf8.Decode(PlainBytes.Take(page.Values, ref at, page.Offset), page.Offset + at);
        PlainNumbers.RequireSize(page.Values, at, page.Offset);
    }

    private static void ReadDeltaLength(in DataPage page, Span<string?> target)
    {
        var lengths = ArrayPool<long>.Shared.Rent(target.Length);
        try
        {
            var at = DeltaDecoder.Decode(page.Values, lengths.AsSpan(0, target.Length), narrow: true, page.Offset);
            for (var i = 0; i < target.Length; i++)
            {
                var length = lengths[i];
                if (length < 0 || length > page.Values.Length - at)
                    throw new ParquetException($"a text of {length} bytes passes its page's end", page.Offset + at);
                target[i] = StrictUtf8.Decode(page.Values.Slice(at, (int)length), page.Offset + at);
                at += (int)length;
            }

            PlainNumbers.RequireSize(page.Values, at, page.Offset);
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lengths);
        }
    }

    private static void Lookup(ParquetChunk chunk, in DataPage page, Span<string?> target, string?[]? dictionary)
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

    private static void Spread(in DataPage page, Span<string?> target)
    {
        var from = page.Present;
        for (var i = target.Length - 1; i >= 0; i--)
            target[i] = page.Valid[i] ? target[--from] : null;
    }
}
