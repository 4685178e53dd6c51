namespace TraderData.Parquet;

/// <summary>A logical type as it stands in the file: the union's field number, and the parameters of the members that this codec reads.</summary>
internal readonly record struct LogicalType(int Id, int Scale, int Precision, bool Flag, int UnitOrWidth)
{
    public const int String = 1, Enum = 4, Decimal = 5, Date = 6, Timestamp = 8, Integer = 10, Json = 12;

    private static readonly string[] s_names =
        ["", "STRING", "MAP", "LIST", "ENUM", "DECIMAL", "DATE", "TIME", "TIMESTAMP", "INTERVAL", "INTEGER", "UNKNOWN", "JSON", "BSON", "UUID", "FLOAT16"];

    public string Name => Id > 0 && Id < s_names.Length ? s_names[Id] : $"logical type {Id}";

    public static LogicalType? Read(ref CompactReader reader)
    {
        LogicalType? found = null;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            reader.Require(type, CompactType.Struct);
            found = ReadMember(ref reader, id);
        }

        return found;
    }

    private static LogicalType ReadMember(ref CompactReader reader, int member)
    {
        int first = 0, second = 0;
        var flag = false;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (member, id)
            {
                case (Decimal, 1): first = reader.ReadInt32(type); break;
                case (Decimal, 2): second = reader.ReadInt32(type); break;
                case (Timestamp, 1): flag = reader.ReadBool(type); break;
                case (Timestamp, 2):
                    reader.Require(type, CompactType.Struct);
                    second = ReadUnit(ref reader);
                    break;
                case (Integer, 1): second = reader.ReadInt8(type); break;
                case (Integer, 2): flag = reader.ReadBool(type); break;
                default: reader.Skip(type); break;
            }
        }

        return new LogicalType(member, first, second, flag, second);
    }

    private static int ReadUnit(ref CompactReader reader)
    {
        var unit = 0;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            unit = id;
            reader.Skip(type);
        }

        return unit;
    }
}
