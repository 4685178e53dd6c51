using System.Globalization;
using System.Text;

namespace TraderData.Parquet.Tests;

/// <summary>All that a reader gives of a file, as text.</summary>
internal static class Snapshot
{
    public static string Of(byte[] file, ParquetLimits? limits = null)
    {
        var reader = new ParquetReader(file, limits);
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{reader.Footer.CreatedBy} {reader.Footer.Rows}");
        foreach (var (key, value) in reader.Footer.KeyValues)
            text.AppendLine(CultureInfo.InvariantCulture, $"{key}={value}");
        foreach (var group in reader.Footer.RowGroups)
        {
            foreach (var chunk in group.Chunks)
                Append(text, chunk, reader.Bytes(chunk));
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, ParquetChunk chunk, ReadOnlySpan<byte> bytes)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"{chunk.Column} {chunk.Statistics} {chunk.Rows}");
        if (chunk.Column.Kind == ParquetKind.Utf8)
        {
            var values = new string?[chunk.Rows];
            chunk.ReadText(bytes, values);
            text.AppendJoin(',', values.Select(v => v ?? "null")).AppendLine();
        }
        else
        {
            var values = new long[chunk.Rows];
            chunk.ReadInt64(bytes, values);
            text.AppendJoin(',', values).AppendLine();
        }
    }
}
