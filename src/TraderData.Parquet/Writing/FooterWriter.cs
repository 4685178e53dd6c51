namespace TraderData.Parquet;

/// <summary>Writes what follows the last page: the page index, where a column has several pages, the footer behind its seal, its length, the magic.</summary>
internal static class FooterWriter
{
    // Version 2 names the newer encodings; readers look at the encodings themselves.
    private const int FormatVersion = 2;

    public static void Write(
        ParquetSchema schema, List<WrittenRowGroup> groups, IReadOnlyList<KeyValuePair<string, string>> keyValues, long offset, GrowBuffer output)
    {
        var index = groups.Exists(g => Array.Exists(g.Chunks, c => c.Pages.Length > 1)) ? PageIndex.Write(groups, offset, output) : null;
        using var footer = new GrowBuffer();
        var writer = new CompactWriter(footer);
        writer.BeginElement();
        writer.Int32(1, FormatVersion);
        WriteSchema(writer, schema);
        writer.Int64(3, groups.Sum(g => (long)g.Rows));
        writer.BeginList(4, CompactType.Struct, groups.Count);
        for (var i = 0; i < groups.Count; i++)
            WriteRowGroup(writer, schema, groups[i], index?[i]);
        WriteKeyValues(writer, keyValues);
        writer.Text(6, FooterReader.CreatedByUs);
        WriteColumnOrders(writer, schema.Columns.Count);
        writer.End();

        Seal.Write(ParquetFooter.SealMark, footer.Written, output);
        output.Append(footer.Written);
        output.AppendInt32(footer.Length);
        output.Append(ParquetFooter.Magic);
    }

    private static void WriteSchema(CompactWriter writer, ParquetSchema schema)
    {
        writer.BeginList(2, CompactType.Struct, schema.Columns.Count + 1);
        writer.BeginElement();
        writer.Text(4, "schema");
        writer.Int32(5, schema.Columns.Count);
        writer.End();
        foreach (var column in schema.Columns)
            SchemaWriter.Write(writer, column);
    }

    private static void WriteRowGroup(CompactWriter writer, ParquetSchema schema, WrittenRowGroup group, (long Offset, int Length)[]? index)
    {
        writer.BeginElement();
        writer.BeginList(1, CompactType.Struct, group.Chunks.Length);
        for (var i = 0; i < group.Chunks.Length; i++)
            WriteChunk(writer, schema.Columns[i], group.Chunks[i], index?[i]);
        writer.Int64(2, group.Chunks.Sum(c => c.UncompressedBytes));
        writer.Int64(3, group.Rows);
        writer.Int64(5, group.Chunks[0].DictionaryOffset ?? group.Chunks[0].DataOffset);
        writer.Int64(6, group.Chunks.Sum(c => c.CompressedBytes));
        writer.End();
    }

    private static void WriteChunk(CompactWriter writer, ParquetColumn column, in WrittenChunk chunk, (long Offset, int Length)? index)
    {
        writer.BeginElement();
        writer.Int64(2, 0);
        writer.BeginStruct(3);
        writer.Int32(1, (int)column.Physical);
        WriteEncodings(writer, column, chunk);
        writer.BeginList(3, CompactType.Binary, 1);
        writer.Binary(StrictUtf8.Encoding.GetBytes(column.Name));
        writer.Int32(4, (int)chunk.Codec);
        writer.Int64(5, chunk.Rows);
        writer.Int64(6, chunk.UncompressedBytes);
        writer.Int64(7, chunk.CompressedBytes);
        writer.Int64(9, chunk.DataOffset);
        if (chunk.DictionaryOffset is { } dictionary)
            writer.Int64(11, dictionary);
        WriteStatistics(writer, chunk);
        writer.End();
        if (index is var (offset, length))
        {
            writer.Int64(4, offset);
            writer.Int32(5, length);
        }

        writer.End();
    }

    private static void WriteEncodings(CompactWriter writer, ParquetColumn column, in WrittenChunk chunk)
    {
        List<FormatEncoding> encodings = [chunk.Encoding];
        if (chunk.DictionaryOffset is not null)
            encodings.Insert(0, FormatEncoding.Plain);
        if (column.Optional)
            encodings.Add(FormatEncoding.Rle);
        writer.BeginList(2, CompactType.Int32, encodings.Count);
        foreach (var encoding in encodings)
            writer.ZigZag((int)encoding);
    }

    private static void WriteStatistics(CompactWriter writer, in WrittenChunk chunk)
    {
        writer.BeginStruct(12);
        writer.Int64(3, chunk.Nulls);
        if (chunk.Max is { } max)
            writer.Binary(5, max);
        if (chunk.Min is { } min)
            writer.Binary(6, min);
        writer.End();
    }

    private static void WriteKeyValues(CompactWriter writer, IReadOnlyList<KeyValuePair<string, string>> keyValues)
    {
        if (keyValues.Count == 0)
            return;
        writer.BeginList(5, CompactType.Struct, keyValues.Count);
        foreach (var (key, value) in keyValues)
        {
            writer.BeginElement();
            writer.Text(1, key);
            writer.Text(2, value);
            writer.End();
        }
    }

    // Says that bounds are in the order that their type defines; readers distrust them otherwise.
    private static void WriteColumnOrders(CompactWriter writer, int columns)
    {
        writer.BeginList(7, CompactType.Struct, columns);
        for (var i = 0; i < columns; i++)
        {
            writer.BeginElement();
            writer.EmptyStruct(1);
            writer.End();
        }
    }
}
