using System.Globalization;
using TraderData.Parquet;

namespace TraderData.Api.Tests;

/// <summary>The rows of a Parquet file as lines of CSV.</summary>
internal static class ParquetRows
{
    public static IEnumerable<string> Read(byte[] file, IReadOnlyList<string> fields)
    {
        var reader = new ParquetReader(file);
        Assert.Equal(fields, reader.Footer.Schema.Columns.Select(c => c.Name));
        var columns = reader.Footer.Schema.Columns.Select(column => Texts(reader, column)).ToList();
        return Enumerable.Range(0, columns[0].Length).Select(row => string.Join(',', columns.Select(column => column[row])));
    }

    private static string?[] Texts(ParquetReader reader, ParquetColumn column) => column.Kind == ParquetKind.Utf8
        ? reader.ReadText(column.Name)
        : [.. reader.ReadInt64(column.Name).Select(value => value == long.MinValue ? null : Text(column, value))];

    private static string Text(ParquetColumn column, long value) => column.Kind switch
    {
        ParquetKind.TimestampMillis when column.Name == "bar_ts" => ModelTime.Iso(value),
        ParquetKind.Decimal => new decimal((int)value, (int)(value >> 32), 0, isNegative: false, (byte)column.Scale).ToString("0.##################", CultureInfo.InvariantCulture),
        _ => value.ToString(CultureInfo.InvariantCulture),
    };
}
