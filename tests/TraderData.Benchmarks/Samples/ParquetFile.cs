using System.Buffers;
using System.Buffers.Text;
using System.IO.Compression;
using TraderData.Core;
using TraderData.Exports;
using TraderData.Parquet;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes as a Parquet file, and as the gzipped CSV that archives use in its place.</summary>
internal static class ParquetFile
{
    public static byte[] Encode(BarBlock block)
    {
        var output = new ArrayBufferWriter<byte>(1 << 20);
        using var writer = new ParquetWriter(output, new ParquetSchema(
            ParquetColumn.TimestampMillis("timestamp"),
            ParquetColumn.Decimal("open", 18, block.PriceScale),
            ParquetColumn.Decimal("high", 18, block.PriceScale),
            ParquetColumn.Decimal("low", 18, block.PriceScale),
            ParquetColumn.Decimal("close", 18, block.PriceScale),
            ParquetColumn.Decimal("volume", 18, block.VolumeScale, optional: true),
            ParquetColumn.Int64("trades", optional: true)));
        writer.WriteColumn(block.Times);
        writer.WriteColumn(block.Opens);
        writer.WriteColumn(block.Highs);
        writer.WriteColumn(block.Lows);
        writer.WriteColumn(block.Closes);
        writer.WriteColumn(block.Volumes);
        writer.WriteColumn(block.Trades);
        writer.Finish();
        return output.WrittenSpan.ToArray();
    }

    public static BarBlock Decode(byte[] file, BarBlock scales)
    {
        var reader = new ParquetReader(file);
        return BarBlock.Own(new BarColumns(
            reader.ReadInt64("timestamp"), reader.ReadInt64("open"), reader.ReadInt64("high"), reader.ReadInt64("low"), reader.ReadInt64("close"), reader.ReadInt64("volume"))
        {
            Trades = reader.ReadInt64("trades"),
            PriceScale = scales.PriceScale,
            VolumeScale = scales.VolumeScale,
        });
    }

    public static byte[] EncodeCsv(BarBlock block)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
            WriteCsv(block, gzip);
        return stream.ToArray();
    }

    public static List<decimal> DecodeCsv(byte[] file)
    {
        using var gzip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        using var text = new MemoryStream();
        gzip.CopyTo(text);
        var rest = text.GetBuffer().AsSpan(0, (int)text.Length);
        rest = rest[(rest.IndexOf((byte)'\n') + 1)..];
        var values = new List<decimal>(44_640 * 8);
        while (!rest.IsEmpty)
        {
            if (Utf8Parser.TryParse(rest, out decimal value, out var read))
                values.Add(value);
            rest = rest[(read + 1)..];
        }

        return values;
    }

    private static void WriteCsv(BarBlock block, Stream output)
    {
        var rows = new LonaRows(new LonaLayout(LonaFormat.Csv, Extended: true), BitcoinMinutes.Series);
        var buffer = new byte[64 * 1024];
        output.Write(rows.Head());
        for (var row = 0; row < block.Count;)
            output.Write(buffer.AsSpan(0, rows.Render(block, ref row, buffer)));
    }
}
