namespace TraderData.Parquet;

/// <summary>
/// Where the pages of a file are: the format's offset indexes, one behind the other between the last page and the footer, and behind them a
/// <see cref="Seal"/>, without which a flipped bit in them would move values to other rows. Files with a single page for each column have none.
/// </summary>
internal sealed class PageIndex
{
    private static ReadOnlySpan<byte> Mark => "TDI1"u8;

    private readonly Dictionary<ParquetChunk, PageLocation[]> _pages = [];

    /// <summary>Where the indexes of a file that this codec wrote are, with their seal; null when it has none.</summary>
    /// <exception cref="ParquetException">They are not side by side.</exception>
    public static (long Offset, int Length)? Find(ParquetFooter footer)
    {
        if (footer.CreatedBy != FooterReader.CreatedByUs || footer.RowGroups.Count == 0 || footer.RowGroups[0].Chunks[0].Index is not { } first)
            return null;
        var end = first.Offset;
        foreach (var group in footer.RowGroups)
        {
            foreach (var chunk in group.Chunks)
            {
                if (chunk.Index is not { } index || index.Offset != end)
                    throw new ParquetException($"column {chunk.Column.Name}: its page index does not follow the one before", end);
                end += index.Length;
            }
        }

        return (first.Offset, checked((int)(end - first.Offset) + Seal.Length));
    }

    /// <summary>Reads them.</summary>
    /// <param name="footer">The footer of the file.</param>
    /// <param name="bytes">The bytes that <see cref="Find"/> told of.</param>
    /// <param name="offset">Their offset in the file.</param>
    /// <exception cref="ParquetException">They are damaged.</exception>
    public static PageIndex Read(ParquetFooter footer, ReadOnlySpan<byte> bytes, long offset)
    {
        var content = bytes[..^Seal.Length];
        if (!Seal.Check(Mark, bytes[^Seal.Length..], content, offset))
            throw new ParquetException("the page index has no seal", offset);
        var reader = new CompactReader(content, offset);
        var index = new PageIndex();
        foreach (var group in footer.RowGroups)
        {
            foreach (var chunk in group.Chunks)
                index._pages[chunk] = ReadPages(ref reader, chunk);
        }

        return reader.Remaining == 0 ? index : throw reader.Bad($"{reader.Remaining} bytes follow the page index");
    }

    /// <summary>Writes them for all chunks of a file, and tells where each is.</summary>
    public static (long Offset, int Length)[][] Write(List<WrittenRowGroup> groups, long fileOffset, GrowBuffer output)
    {
        var places = new (long Offset, int Length)[groups.Count][];
        var start = output.Length;
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new (long Offset, int Length)[groups[i].Chunks.Length];
            for (var j = 0; j < places[i].Length; j++)
            {
                var at = output.Length;
                WritePages(new CompactWriter(output), groups[i].Chunks[j].Pages);
                places[i][j] = (fileOffset + at - start, output.Length - at);
            }
        }

        Seal.Write(Mark, output.Written[start..], output);
        return places;
    }

    /// <summary>The pages that hold some rows of a chunk, side by side in the file.</summary>
    /// <param name="chunk">A chunk of the footer.</param>
    /// <param name="firstRow">The first row, from 0 in the row group.</param>
    /// <param name="rows">How many, 1 or more.</param>
    public ReadOnlySpan<PageLocation> Of(ParquetChunk chunk, int firstRow, int rows)
    {
        var pages = _pages[chunk];
        var (first, end) = (IndexOf(pages, firstRow), IndexOf(pages, firstRow + rows - 1) + 1);
        return pages.AsSpan(first, end - first);
    }

    // The page that holds a row.
    private static int IndexOf(PageLocation[] pages, int row)
    {
        var (low, high) = (0, pages.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = pages[middle].FirstRow <= row ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    private static PageLocation[] ReadPages(ref CompactReader reader, ParquetChunk chunk)
    {
        PageLocation[] pages = [];
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            if (id != 1)
            {
                reader.Skip(type);
                continue;
            }

            pages = new PageLocation[reader.ReadList(type, CompactType.Struct)];
            foreach (ref var page in pages.AsSpan())
                page = ReadPage(ref reader);
            for (var i = 0; i < pages.Length; i++)
                pages[i] = pages[i] with { Rows = (i + 1 < pages.Length ? pages[i + 1].FirstRow : chunk.Rows) - pages[i].FirstRow };
        }

        // A dictionary may stand before them.
        if (pages.Length == 0 || pages[0].Offset < chunk.Offset || pages[0].FirstRow != 0 || pages[^1].Offset + pages[^1].Bytes != chunk.Offset + chunk.Length)
            throw reader.Bad($"the pages of column {chunk.Column.Name} do not fill its chunk");
        for (var i = 0; i < pages.Length; i++)
        {
            if (pages[i].Rows < 1 || (i > 0 && pages[i].Offset != pages[i - 1].Offset + pages[i - 1].Bytes))
                throw reader.Bad($"the pages of column {chunk.Column.Name} do not follow each other");
        }

        return pages;
    }

    private static PageLocation ReadPage(ref CompactReader reader)
    {
        long? offset = null, firstRow = null;
        int? bytes = null;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1: offset = reader.ReadInt64(type); break;
                case 2: bytes = reader.ReadInt32(type); break;
                case 3: firstRow = reader.ReadInt64(type); break;
                default: reader.Skip(type); break;
            }
        }

        return offset >= 0 && bytes > 0 && firstRow is >= 0 and <= int.MaxValue
            ? new PageLocation(offset.Value, bytes.Value, (int)firstRow.Value, Rows: 0)
            : throw reader.Bad("a page without place or first row");
    }

    private static void WritePages(CompactWriter writer, PageLocation[] pages)
    {
        writer.BeginElement();
        writer.BeginList(1, CompactType.Struct, pages.Length);
        foreach (var page in pages)
        {
            writer.BeginElement();
            writer.Int64(1, page.Offset);
            writer.Int32(2, page.Bytes);
            writer.Int64(3, page.FirstRow);
            writer.End();
        }

        writer.End();
    }
}
