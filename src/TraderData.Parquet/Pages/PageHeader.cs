namespace TraderData.Parquet;

/// <summary>The kinds of page, by their numbers in the format.</summary>
internal enum PageType
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    DataV2 = 3,
}

/// <summary>Encodings, by their numbers in the format.</summary>
internal enum FormatEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Rle = 3,
    BitPacked = 4,
    DeltaBinaryPacked = 5,
    DeltaLengthByteArray = 6,
    DeltaByteArray = 7,
    RleDictionary = 8,
    ByteStreamSplit = 9,
}

/// <summary>What stands before a page.</summary>
internal readonly record struct PageHeader
{
    public PageType Type { get; init; }
    public int UncompressedBytes { get; init; }
    public int CompressedBytes { get; init; }
    public uint? Crc { get; init; }
    public int Values { get; init; }
    public FormatEncoding Encoding { get; init; }
    public FormatEncoding LevelEncoding { get; init; }
    public int Nulls { get; init; }
    public int DefinitionBytes { get; init; }
    public int RepetitionBytes { get; init; }
    public bool IsCompressed { get; init; }

    public static PageHeader Read(ref CompactReader reader)
    {
        var header = new PageHeader { IsCompressed = true, UncompressedBytes = -1, CompressedBytes = -1, Type = (PageType)(-1), Values = -1 };
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1: header = header with { Type = (PageType)reader.ReadInt32(type) }; break;
                case 2: header = header with { UncompressedBytes = reader.ReadInt32(type) }; break;
                case 3: header = header with { CompressedBytes = reader.ReadInt32(type) }; break;
                case 4: header = header with { Crc = (uint)reader.ReadInt32(type) }; break;
                case 5 when header.Type == PageType.Data: header = ReadData(ref reader, type, header); break;
                case 7 when header.Type == PageType.Dictionary: header = ReadDictionary(ref reader, type, header); break;
                case 8 when header.Type == PageType.DataV2: header = ReadDataV2(ref reader, type, header); break;
                default: reader.Skip(type); break;
            }
        }

        if (header.UncompressedBytes < 0 || header.CompressedBytes < 0)
            throw reader.Bad("a page without size, or with a negative one");
        if (header.Type != PageType.Index && header.Values < 0)
            throw reader.Bad("a page without a count of values, or with a negative one");
        return header;
    }

    /// <summary>Writes a data page's header.</summary>
    public static void WriteData(CompactWriter writer, int uncompressed, int compressed, uint crc, int values, FormatEncoding encoding)
    {
        writer.BeginElement();
        Common(writer, PageType.Data, uncompressed, compressed, crc);
        writer.BeginStruct(5);
        writer.Int32(1, values);
        writer.Int32(2, (int)encoding);
        writer.Int32(3, (int)FormatEncoding.Rle);
        writer.Int32(4, (int)FormatEncoding.Rle);
        writer.End();
        writer.End();
    }

    /// <summary>Writes a dictionary page's header.</summary>
    public static void WriteDictionary(CompactWriter writer, int uncompressed, int compressed, uint crc, int values)
    {
        writer.BeginElement();
        Common(writer, PageType.Dictionary, uncompressed, compressed, crc);
        writer.BeginStruct(7);
        writer.Int32(1, values);
        writer.Int32(2, (int)FormatEncoding.Plain);
        writer.End();
        writer.End();
    }

    private static void Common(CompactWriter writer, PageType type, int uncompressed, int compressed, uint crc)
    {
        writer.Int32(1, (int)type);
        writer.Int32(2, uncompressed);
        writer.Int32(3, compressed);
        writer.Int32(4, (int)crc);
    }

    private static PageHeader ReadData(ref CompactReader reader, CompactType type, PageHeader header)
    {
        reader.Require(type, CompactType.Struct);
        for (var id = 0; reader.NextField(ref id, out var field);)
        {
            switch (id)
            {
                case 1: header = header with { Values = reader.ReadInt32(field) }; break;
                case 2: header = header with { Encoding = (FormatEncoding)reader.ReadInt32(field) }; break;
                case 3: header = header with { LevelEncoding = (FormatEncoding)reader.ReadInt32(field) }; break;
                default: reader.Skip(field); break;
            }
        }

        return header;
    }

    private static PageHeader ReadDictionary(ref CompactReader reader, CompactType type, PageHeader header)
    {
        reader.Require(type, CompactType.Struct);
        for (var id = 0; reader.NextField(ref id, out var field);)
        {
            switch (id)
            {
                case 1: header = header with { Values = reader.ReadInt32(field) }; break;
                case 2: header = header with { Encoding = (FormatEncoding)reader.ReadInt32(field) }; break;
                default: reader.Skip(field); break;
            }
        }

        return header;
    }

    private static PageHeader ReadDataV2(ref CompactReader reader, CompactType type, PageHeader header)
    {
        reader.Require(type, CompactType.Struct);
        for (var id = 0; reader.NextField(ref id, out var field);)
        {
            switch (id)
            {
                case 1: header = header with { Values = reader.ReadInt32(field) }; break;
                case 2: header = header with { Nulls = reader.ReadInt32(field) }; break;
                case 4: header = header with { Encoding = (FormatEncoding)reader.ReadInt32(field) }; break;
                case 5: header = header with { DefinitionBytes = reader.ReadInt32(field) }; break;
                case 6: header = header with { RepetitionBytes = reader.ReadInt32(field) }; break;
                case 7: header = header with { IsCompressed = reader.ReadBool(field) }; break;
                default: reader.Skip(field); break;
            }
        }

        return header;
    }
}
