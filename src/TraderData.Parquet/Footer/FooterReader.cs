namespace TraderData.Parquet;

/// <summary>Parses the footer's structures and checks that what they claim fits the file.</summary>
internal sealed class FooterReader(ParquetLimits limits, long footerOffset, bool isSealed)
{
    internal const string CreatedByUs = "trader-data";

    private string? _createdBy;
    private ParquetColumn[]? _columns;
    private KeyValuePair<string, string>[] _keyValues = [];
    private List<RawRowGroup> _groups = [];

    public ParquetFooter Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CompactReader(bytes, footerOffset);
        long? rows = null;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 2: _columns = new SchemaReader(limits).Read(ref reader, type); break;
                case 3: rows = reader.ReadInt64(type); break;
                case 4: ReadRowGroups(ref reader, type); break;
                case 5: ReadKeyValues(ref reader, type); break;
                case 6: _createdBy = reader.ReadString(type); break;
                case 8: throw ParquetException.Unsupported("the file is encrypted", reader.Offset);
                default: reader.Skip(type); break;
            }
        }

        if (reader.Remaining != 0)
            throw reader.Bad($"{reader.Remaining} bytes follow the footer's structure");
        if (_columns is null || rows is null)
            throw reader.Bad("schema or row count is missing");
        if (_createdBy == CreatedByUs && !isSealed)
            throw new ParquetException("the footer's seal is damaged", footerOffset - Seal.Length);

        var groups = new ChunkBuilder(limits, footerOffset, _columns, _createdBy == CreatedByUs).Build(_groups, rows.Value);
        return new ParquetFooter(new ParquetSchema(_columns), rows.Value, groups, _keyValues, _createdBy);
    }

    private void ReadRowGroups(ref CompactReader reader, CompactType type)
    {
        var count = reader.ReadList(type, CompactType.Struct);
        if (count > limits.MaxRowGroups)
            throw reader.Bad($"{count} row groups pass the cap of {limits.MaxRowGroups}");
        _groups = new List<RawRowGroup>(Math.Min(count, 1024));
        for (; count > 0; count--)
            _groups.Add(ReadRowGroup(ref reader));
    }

    private RawRowGroup ReadRowGroup(ref CompactReader reader)
    {
        var at = reader.Offset;
        RawChunk[]? chunks = null;
        long? rows = null;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1: chunks = ReadChunks(ref reader, type); break;
                case 3: rows = reader.ReadInt64(type); break;
                default: reader.Skip(type); break;
            }
        }

        return chunks is not null && rows is not null ? new RawRowGroup(at, rows.Value, chunks) : throw reader.Bad("a row group lacks columns or rows");
    }

    private RawChunk[] ReadChunks(ref CompactReader reader, CompactType type)
    {
        var count = reader.ReadList(type, CompactType.Struct);
        // The schema comes first in every writer's footer; without it a count cannot be checked.
        if (_columns is null || count != _columns.Length)
            throw reader.Bad($"{count} chunks in a row group, the schema has {_columns?.Length ?? 0} columns");
        var chunks = new RawChunk[count];
        for (var i = 0; i < count; i++)
            chunks[i] = ReadChunk(ref reader);
        return chunks;
    }

    private static RawChunk ReadChunk(ref CompactReader reader)
    {
        var at = reader.Offset;
        RawChunk? chunk = null;
        long? indexOffset = null;
        int? indexLength = null;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1: throw ParquetException.Unsupported("a column chunk in another file", reader.Offset);
                case 3:
                    reader.Require(type, CompactType.Struct);
                    chunk = RawChunk.Read(ref reader, at);
                    break;
                case 4: indexOffset = reader.ReadInt64(type); break;
                case 5: indexLength = reader.ReadInt32(type); break;
                default: reader.Skip(type); break;
            }
        }

        if (chunk is null)
            throw reader.Bad("a column chunk without metadata");
        chunk.Index = indexOffset is { } offset && indexLength is { } length ? (offset, length) : null;
        return chunk;
    }

    private void ReadKeyValues(ref CompactReader reader, CompactType type)
    {
        var pairs = new KeyValuePair<string, string>[reader.ReadList(type, CompactType.Struct)];
        for (var i = 0; i < pairs.Length; i++)
        {
            string? key = null, value = null;
            for (var id = 0; reader.NextField(ref id, out var field);)
            {
                switch (id)
                {
                    case 1: key = reader.ReadString(field); break;
                    case 2: value = reader.ReadString(field); break;
                    default: reader.Skip(field); break;
                }
            }

            pairs[i] = new(key ?? throw reader.Bad("a key-value without key"), value ?? "");
        }

        _keyValues = pairs;
    }
}
