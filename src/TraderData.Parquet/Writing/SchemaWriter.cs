namespace TraderData.Parquet;

/// <summary>Writes a column's schema element, with the older converted type beside the logical type.</summary>
internal static class SchemaWriter
{
    private const int ConvertedUtf8 = 0, ConvertedDecimal = 5, ConvertedTimestampMillis = 9, ConvertedTimestampMicros = 10;

    public static void Write(CompactWriter writer, ParquetColumn column)
    {
        writer.BeginElement();
        writer.Int32(1, (int)column.Physical);
        if (column.Physical == PhysicalType.FixedLenByteArray)
            writer.Int32(2, column.TypeLength);
        writer.Int32(3, column.Optional ? 1 : 0);
        writer.Text(4, column.Name);
        WriteType(writer, column);
        writer.End();
    }

    private static void WriteType(CompactWriter writer, ParquetColumn column)
    {
        switch (column.Kind)
        {
            case ParquetKind.Utf8:
                writer.Int32(6, ConvertedUtf8);
                writer.BeginStruct(10);
                writer.EmptyStruct(LogicalType.String);
                writer.End();
                break;
            case ParquetKind.Decimal:
                writer.Int32(6, ConvertedDecimal);
                writer.Int32(7, column.Scale);
                writer.Int32(8, column.Precision);
                writer.BeginStruct(10);
                writer.BeginStruct(LogicalType.Decimal);
                writer.Int32(1, column.Scale);
                writer.Int32(2, column.Precision);
                writer.End();
                writer.End();
                break;
            case ParquetKind.TimestampMillis:
                WriteTimestamp(writer, ConvertedTimestampMillis, unit: 1);
                break;
            case ParquetKind.TimestampMicros:
                WriteTimestamp(writer, ConvertedTimestampMicros, unit: 2);
                break;
            default:
                // Plain INT32 and INT64 need no annotation.
                break;
        }
    }

    private static void WriteTimestamp(CompactWriter writer, int converted, int unit)
    {
        writer.Int32(6, converted);
        writer.BeginStruct(10);
        writer.BeginStruct(LogicalType.Timestamp);
        writer.Bool(1, true);
        writer.BeginStruct(2);
        writer.EmptyStruct(unit);
        writer.End();
        writer.End();
        writer.End();
    }
}
