using System.Buffers;

namespace TraderData.Parquet.Tests;

/// <summary>Makes and reads small files.</summary>
internal static class Files
{
    public static byte[] Write(ParquetSchema schema, ParquetWriterOptions? options, Action<ParquetWriter> fill, params KeyValuePair<string, string>[] keyValues)
    {
        var output = new ArrayBufferWriter<byte>();
        using var writer = new ParquetWriter(output, schema, options);
        fill(writer);
        writer.Finish(keyValues);
        Assert.Equal(output.WrittenCount, writer.BytesWritten);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] WriteNumbers(ParquetColumn column, long[] values, ParquetWriterOptions? options = null) =>
        Write(new ParquetSchema(column), options, w => w.WriteColumn(values));

    public static long[] ReadNumbers(byte[] file, string column = "x") => new ParquetReader(file).ReadInt64(column);

    /// <summary>A small file with every kind of column, two row groups, several pages.</summary>
    public static byte[] Sample(ParquetCompression compression = ParquetCompression.None, int rows = 40)
    {
        ParquetSchema schema = new(
            ParquetColumn.TimestampMillis("timestamp"),
            ParquetColumn.Decimal("price", 18, 2),
            ParquetColumn.Int64("volume", optional: true) with { Encoding = ParquetEncoding.ByteStreamSplit },
            ParquetColumn.Int32("trades", optional: true) with { Encoding = ParquetEncoding.Dictionary },
            ParquetColumn.Utf8("venue", optional: true),
            ParquetColumn.Decimal("wide", 19, 4) with { Encoding = ParquetEncoding.Plain });
        return Write(
            schema,
            new ParquetWriterOptions { Compression = compression, PageRows = 16 },
            w =>
            {
                for (var group = 0; group < 2; group++)
                    WriteGroup(w, rows, group * rows);
            },
            new("series", "binance/BTCUSDT/1m"),
            new("rows", "é"));
    }

    private static void WriteGroup(ParquetWriter writer, int rows, int first)
    {
        var index = Enumerable.Range(first, rows).ToArray();
        writer.WriteColumn([.. index.Select(i => 1_700_000_000_000 + i * 60_000L)]);
        writer.WriteColumn([.. index.Select(i => 4_215_050L + i * 37 % 101)]);
        writer.WriteColumn([.. index.Select(i => i % 7 == 3 ? long.MinValue : i * 1_234_567_891L)]);
        writer.WriteColumn([.. index.Select(i => i % 5 == 0 ? long.MinValue : i % 3)]);
        writer.WriteColumn((string?[])[.. index.Select(i => i % 4 == 0 ? null : $"venue {i % 3}")]);
        writer.WriteColumn([.. index.Select(i => long.MaxValue - i)]);
    }
}
