namespace TraderData.Parquet;

/// <summary>The columns of a file, in order.</summary>
public sealed class ParquetSchema
{
    private readonly ParquetColumn[] _columns;

    /// <summary>Makes a schema.</summary>
    /// <param name="columns">Its columns, in order.</param>
    public ParquetSchema(params ReadOnlySpan<ParquetColumn> columns) => _columns = columns.ToArray();

    /// <summary>The columns, in order.</summary>
    public IReadOnlyList<ParquetColumn> Columns => _columns;

    /// <summary>The position of the column of that name (case matters; the first, if there are several), or −1.</summary>
    /// <param name="name">The name to look for.</param>
    public int IndexOf(string name) => Array.FindIndex(_columns, c => c.Name == name);

    internal void RequireWritable()
    {
        if (_columns.Length == 0)
            throw new ArgumentException("a file to write needs at least one column");

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in _columns)
        {
            if (string.IsNullOrEmpty(column.Name) || !names.Add(column.Name))
                throw new ArgumentException($"column names must be given and differ, was '{column.Name}'");
            if (!IsWritable(column))
                throw new ArgumentException($"column {column.Name} of kind {column.Kind} with encoding {column.Encoding} cannot be written");
        }
    }

    private static bool IsWritable(ParquetColumn column) => (column.Kind, column.Physical) switch
    {
        (ParquetKind.Int32, PhysicalType.Int32) => Enum.IsDefined(column.Encoding),
        (ParquetKind.Int64 or ParquetKind.TimestampMillis or ParquetKind.TimestampMicros, PhysicalType.Int64) => column.IsUtc && Enum.IsDefined(column.Encoding),
        (ParquetKind.Decimal, PhysicalType.Int64) => column.Precision <= ParquetColumn.MaxInt64Precision && HasDigits(column) && Enum.IsDefined(column.Encoding),
        (ParquetKind.Decimal, PhysicalType.FixedLenByteArray) =>
            column is { Precision: > ParquetColumn.MaxInt64Precision and <= ParquetColumn.MaxPrecision, Encoding: ParquetEncoding.Plain } && HasDigits(column),
        (ParquetKind.Double, PhysicalType.Double) => column.Encoding is ParquetEncoding.Plain or ParquetEncoding.ByteStreamSplit,
        (ParquetKind.Utf8, PhysicalType.ByteArray) => column.Encoding is ParquetEncoding.Plain or ParquetEncoding.Dictionary,
        _ => false,
    };

    private static bool HasDigits(ParquetColumn column) => column.Precision >= 1 && column.Scale >= 0 && column.Scale <= column.Precision;
}
