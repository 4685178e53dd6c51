namespace TraderData.Parquet;

/// <summary>Says what a schema element's physical, converted and logical types mean together.</summary>
internal static class ColumnTypes
{
    // Numbers of ConvertedType in the format.
    private const int ConvertedUtf8 = 0, ConvertedEnum = 4, ConvertedDecimal = 5, ConvertedDate = 6, ConvertedTimestampMillis = 9, ConvertedTimestampMicros = 10;
    private const int ConvertedUint8 = 11, ConvertedUint16 = 12, ConvertedInt8 = 15, ConvertedInt16 = 16, ConvertedInt32 = 17, ConvertedInt64 = 18, ConvertedJson = 19;

    private const int Required = 0, Optional = 1;

    public static ParquetColumn Resolve(SchemaElement element, string path, bool isFlat)
    {
        var typeName = $"{element.Physical}{(element.Logical is { } l ? $" ({l.Name})" : element.Converted is { } c ? $" (converted type {c})" : "")}";
        var column = new ParquetColumn(path, ParquetKind.Unsupported, element.Repetition != Required)
        {
            Physical = element.Physical!.Value,
            TypeLength = element.TypeLength,
            TypeName = typeName,
        };
        if (!isFlat || element.Repetition is not (Required or Optional))
            return column with { TypeName = $"nested or repeated {typeName}" };

        var resolved = element.Physical switch
        {
            PhysicalType.Boolean => column with { Kind = ParquetKind.Boolean },
            PhysicalType.Int32 => Int32(column, element),
            PhysicalType.Int64 => Int64(column, element),
            PhysicalType.ByteArray when IsText(element) => column with { Kind = ParquetKind.Utf8 },
            PhysicalType.ByteArray => Decimal(column, element),
            PhysicalType.FixedLenByteArray when element.TypeLength > 0 => Decimal(column, element),
            _ => column,
        };
        return resolved.Kind == ParquetKind.Unsupported ? column : resolved with { TypeName = resolved.Kind.ToString() };
    }

    private static bool IsText(SchemaElement element) => element.Logical is { } logical
        ? logical.Id is LogicalType.String or LogicalType.Enum or LogicalType.Json
        : element.Converted is ConvertedUtf8 or ConvertedEnum or ConvertedJson;

    private static ParquetColumn Int32(ParquetColumn column, SchemaElement element)
    {
        if (element.Logical is { } logical)
        {
            return logical.Id switch
            {
                LogicalType.Decimal => Decimal(column, element),
                LogicalType.Date => column with { Kind = ParquetKind.Date },
                LogicalType.Integer when logical.Flag || logical.UnitOrWidth <= 16 => column with { Kind = ParquetKind.Int32 },
                _ => column,
            };
        }

        return element.Converted switch
        {
            null or ConvertedUint8 or ConvertedUint16 or ConvertedInt8 or ConvertedInt16 or ConvertedInt32 => column with { Kind = ParquetKind.Int32 },
            ConvertedDate => column with { Kind = ParquetKind.Date },
            ConvertedDecimal => Decimal(column, element),
            _ => column,
        };
    }

    private static ParquetColumn Int64(ParquetColumn column, SchemaElement element)
    {
        if (element.Logical is { } logical)
        {
            return logical.Id switch
            {
                LogicalType.Decimal => Decimal(column, element),
                LogicalType.Timestamp => Timestamp(column, logical),
                LogicalType.Integer when logical.Flag => column with { Kind = ParquetKind.Int64 },
                _ => column,
            };
        }

        return element.Converted switch
        {
            null or ConvertedInt64 => column with { Kind = ParquetKind.Int64 },
            ConvertedTimestampMillis => column with { Kind = ParquetKind.TimestampMillis },
            ConvertedTimestampMicros => column with { Kind = ParquetKind.TimestampMicros },
            ConvertedDecimal => Decimal(column, element),
            _ => column,
        };
    }

    private static ParquetColumn Timestamp(ParquetColumn column, LogicalType logical) => logical.UnitOrWidth switch
    {
        1 => column with { Kind = ParquetKind.TimestampMillis, IsUtc = logical.Flag },
        2 => column with { Kind = ParquetKind.TimestampMicros, IsUtc = logical.Flag },
        3 => column with { Kind = ParquetKind.TimestampNanos, IsUtc = logical.Flag },
        _ => column,
    };

    private static ParquetColumn Decimal(ParquetColumn column, SchemaElement element)
    {
        var (scale, precision) = element.Logical is { Id: LogicalType.Decimal } logical ? (logical.Scale, logical.Precision)
            : element.Logical is null && element.Converted == ConvertedDecimal ? (element.Scale, element.Precision)
            : (0, 0);
        return precision > 0 && scale >= 0 && scale <= precision
            ? column with { Kind = ParquetKind.Decimal, Scale = scale, Precision = precision }
            : column;
    }
}
