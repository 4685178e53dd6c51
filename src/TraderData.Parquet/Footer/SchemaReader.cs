namespace TraderData.Parquet;

/// <summary>Reads the schema, a tree written depth first, into its leaves.</summary>
internal sealed class SchemaReader(ParquetLimits limits)
{
    // Groups of foreign nested files; ours have none.
    private const int MaxDepth = 64;

    private readonly List<ParquetColumn> _leaves = [];
    private readonly Stack<(string Path, int Left, bool Plain)> _groups = new();

    public ParquetColumn[] Read(ref CompactReader reader, CompactType type)
    {
        var count = reader.ReadList(type, CompactType.Struct);
        if (count == 0 || count > limits.MaxColumns * 4L)
            throw reader.Bad($"a schema of {count} elements");
        var root = SchemaElement.Read(ref reader);
        _groups.Push(("", root.Children ?? 0, Plain: true));
        for (var i = 1; i < count; i++)
            Add(SchemaElement.Read(ref reader), reader);
        while (_groups.TryPeek(out var rest) && rest.Left == 0)
            _groups.Pop();
        if (_groups.Count != 0)
            throw reader.Bad("the schema's groups do not hold as many elements as they say");
        return [.. _leaves];
    }

    private void Add(SchemaElement element, in CompactReader reader)
    {
        while (_groups.TryPeek(out var full) && full.Left == 0)
            _groups.Pop();
        if (!_groups.TryPop(out var parent) || parent.Left < 0)
            throw reader.Bad("an element outside the schema's root");
        _groups.Push(parent with { Left = parent.Left - 1 });

        var path = parent.Path.Length == 0 ? element.Name : $"{parent.Path}.{element.Name}";
        if (element.Physical is null)
        {
            if (_groups.Count >= MaxDepth || path.Length > 4096)
                throw reader.Bad($"a schema nested deeper than {MaxDepth}, or with longer names than this codec takes");
            _groups.Push((path, element.Children ?? 0, Plain: false));
            return;
        }

        if (_leaves.Count >= limits.MaxColumns)
            throw reader.Bad($"more than {limits.MaxColumns} columns");
        _leaves.Add(ColumnTypes.Resolve(element, path, isFlat: parent.Plain));
    }
}

/// <summary>One element of the schema as it stands in the file.</summary>
internal sealed class SchemaElement
{
    public string Name { get; private set; } = "";
    public PhysicalType? Physical { get; private set; }
    public int TypeLength { get; private set; }
    public int Repetition { get; private set; }
    public int? Children { get; private set; }
    public int? Converted { get; private set; }
    public int Scale { get; private set; }
    public int Precision { get; private set; }
    public LogicalType? Logical { get; private set; }

    public static SchemaElement Read(ref CompactReader reader)
    {
        var element = new SchemaElement();
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1: element.Physical = (PhysicalType)reader.ReadInt32(type); break;
                case 2: element.TypeLength = reader.ReadInt32(type); break;
                case 3: element.Repetition = reader.ReadInt32(type); break;
                case 4: element.Name = reader.ReadString(type); break;
                case 5: element.Children = reader.ReadInt32(type); break;
                case 6: element.Converted = reader.ReadInt32(type); break;
                case 7: element.Scale = reader.ReadInt32(type); break;
                case 8: element.Precision = reader.ReadInt32(type); break;
                case 10:
                    reader.Require(type, CompactType.Struct);
                    element.Logical = LogicalType.Read(ref reader);
                    break;
                default: reader.Skip(type); break;
            }
        }

        if (element.Children is < 0 || element.TypeLength < 0)
            throw reader.Bad($"schema element '{element.Name}' has a negative size");
        return element;
    }
}
