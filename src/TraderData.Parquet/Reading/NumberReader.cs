using System.Buffers;

namespace TraderData.Parquet;

/// <summary>Reads a chunk of numbers into 64-bit integers.</summary>
internal static class NumberReader
{
    /// <summary>Reads all of a chunk.</summary>
    public static void Read(ParquetChunk chunk, ReadOnlySpan<byte> bytes, Span<long> target, Span<bool> valid)
    {
        using var pages = new PageSource(chunk);
        long[]? dictionary = null;
        var row = 0;
        while (TryNext(chunk, pages, bytes, row, ref dictionary, out var page))
        {
            ReadRows(chunk, page, target.Slice(row, page.Rows), valid.IsEmpty ? valid : valid.Slice(row, page.Rows), dictionary);
            row += page.Rows;
        }

        if (row != target.Length)
            throw new ParquetException($"column {chunk.Column.Name} has {row} values, its row group {target.Length} rows", chunk.Offset);
    }

    /// <summary>Reads some rows of a chunk from the pages that hold them. Of the other pages only how many rows they have is looked at.</summary>
    public static void Read(ParquetChunk chunk, ReadOnlySpan<byte> bytes, int firstRow, Span<long> target)
    {
        if (target.IsEmpty)
            return;
        using var pages = new PageSource(chunk);
        long[]? dictionary = null;
        long[] edge = [];
        var (row, done) = (0, 0);
        while (done < target.Length)
        {
            row += pages.Skip(bytes, firstRow - row);
            if (!TryNext(chunk, pages, bytes, row, ref dictionary, out var page))
                throw new ParquetException($"column {chunk.Column.Name} has {row} values, its row group {chunk.Rows} rows", chunk.Offset);
            done += ReadPart(chunk, page, Math.Max(0, firstRow - row), target[done..], dictionary, ref edge);
            row += page.Rows;
        }

        if (edge.Length > 0)
            ArrayPool<long>.Shared.Return(edge);
        // A page before these that says wrong how many rows it has would move them all.
        row += pages.Skip(bytes, chunk.Rows - row);
        if (row != chunk.Rows)
            throw new ParquetException($"column {chunk.Column.Name} has {row} values, its row group {chunk.Rows} rows", chunk.Offset);
    }

    /// <summary>Reads some rows from the pages that hold them.</summary>
    public static void Read(ParquetChunk chunk, ReadOnlySpan<byte> bytes, ReadOnlySpan<PageLocation> locations, int firstRow, Span<long> target)
    {
        using var pages = new PageSource(chunk, locations[0].Offset);
        long[]? dictionary = null;
        long[] edge = [];
        var done = 0;
        foreach (var location in locations)
        {
            if (!TryNext(chunk, pages, bytes, location.FirstRow, ref dictionary, out var page) || page.Rows != location.Rows)
                throw new ParquetException($"a page of column {chunk.Column.Name} has not the {location.Rows} rows that its index tells of", location.Offset);
            done += ReadPart(chunk, page, Math.Max(0, firstRow - location.FirstRow), target[done..], dictionary, ref edge);
        }

        if (edge.Length > 0)
            ArrayPool<long>.Shared.Return(edge);
    }

    // How many rows it gave, behind those that are skipped.
    private static int ReadPart(ParquetChunk chunk, in DataPage page, int skipped, Span<long> target, long[]? dictionary, ref long[] edge)
    {
        var count = Math.Min(page.Rows - skipped, target.Length);
        if (count == page.Rows)
        {
            ReadRows(chunk, page, target[..count], [], dictionary);
        }
        else if (count > 0)
        {
            if (edge.Length < page.Rows)
                edge = Larger(edge, page.Rows);
            ReadRows(chunk, page, edge.AsSpan(0, page.Rows), [], dictionary);
            edge.AsSpan(skipped, count).CopyTo(target);
        }

        return Math.Max(0, count);
    }

    private static long[] Larger(long[] pooled, int length)
    {
        if (pooled.Length > 0)
            ArrayPool<long>.Shared.Return(pooled);
        return ArrayPool<long>.Shared.Rent(length);
    }

    // The next page of rows; dictionaries are read on the way to it.
    private static bool TryNext(ParquetChunk chunk, PageSource pages, ReadOnlySpan<byte> bytes, int row, ref long[]? dictionary, out DataPage page)
    {
        while (pages.TryNext(bytes, out page))
        {
            if (page.IsDictionary)
                dictionary = ReadDictionary(chunk, page, dictionary, row);
            else if (page.Rows > chunk.Rows - row)
                throw new ParquetException($"column {chunk.Column.Name} has more values than its row group has rows", page.Offset);
            else
                return true;
        }

        return false;
    }

    private static void ReadRows(ParquetChunk chunk, in DataPage page, Span<long> target, Span<bool> valid, long[]? dictionary)
    {
        ReadPage(chunk, page, target[..page.Present], dictionary);
        // Without a list of what is there, nulls are told by this number, so it must not be one of the values.
        if (chunk.Column.Optional && valid.IsEmpty && target[..page.Present].Contains(long.MinValue))
            throw new ParquetException($"column {chunk.Column.Name} holds {long.MinValue}, which stands for null here", page.Offset);
        if (page.Present != page.Rows)
            Spread(page, target, valid);
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
