using TraderData.Core;
using TraderData.Parquet;
using TraderData.Storage;

namespace TraderData.Benchmarks;

/// <summary>A series in one Parquet file with the lake's columns, a row group for each partition of the lake.</summary>
internal static class PartParquet
{
    public static void Encode(BarBlock bars, Stream output)
    {
        using var writer = new ParquetWriter(output, new ParquetSchema(
            ParquetColumn.TimestampMillis("bar_ts"),
            ParquetColumn.Decimal("open", 18, bars.PriceScale),
            ParquetColumn.Decimal("high", 18, bars.PriceScale),
            ParquetColumn.Decimal("low", 18, bars.PriceScale),
            ParquetColumn.Decimal("close", 18, bars.PriceScale),
            ParquetColumn.Decimal("volume", 18, bars.VolumeScale, optional: true)), BarFile.Layout);
        foreach (var (_, part) in Partition.Split(Timeframe.M1, bars))
        {
            writer.WriteColumn(part.Times);
            writer.WriteColumn(part.Opens);
            writer.WriteColumn(part.Highs);
            writer.WriteColumn(part.Lows);
            writer.WriteColumn(part.Closes);
            writer.WriteColumn(part.Volumes);
        }

        writer.Finish();
    }
}

/// <summary>Columns to a Parquet file.</summary>
internal sealed class ParquetEncodePart(PartFolder folder) : Part(folder)
{
    private readonly BarBlock _bars = folder.ReadBars();

    public override string Work => "Parquet encode";

    public override async Task<string> RunAsync()
    {
        var path = Folder.Output("ours.parquet");
        await TimeAsync(() =>
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
            PartParquet.Encode(_bars, file);
        });
        return Sums([ParquetDecodePart.Decode(File.ReadAllBytes(path))]);
    }
}

/// <summary>A Parquet file to columns, one row group after another into the same arrays, and a sum of each column.</summary>
internal sealed class ParquetDecodePart(PartFolder folder) : Part(folder)
{
    private const int Columns = 6;

    private readonly byte[] _file = new byte[new FileInfo(folder.Parquet).Length];
    private long[] _column = [];

    public override string Work => "Parquet decode to columns";

    public override async Task<string> RunAsync()
    {
        var answer = "";
        await TimeAsync(() =>
        {
            using (var file = File.OpenHandle(Folder.Parquet))
                _ = RandomAccess.Read(file, _file, 0);
            answer = SumColumns(new ParquetReader(_file));
        });
        return answer;
    }

    private string SumColumns(ParquetReader reader)
    {
        Span<Int128> sums = stackalloc Int128[Columns];
        for (var group = 0; group < reader.Footer.RowGroups.Count; group++)
        {
            var rows = reader.Footer.RowGroups[group].Rows;
            if (_column.Length < rows)
                _column = new long[rows];
            for (var column = 0; column < Columns; column++)
            {
                reader.ReadInt64(group, column, _column.AsSpan(0, rows));
                sums[column] += Sum(_column.AsSpan(0, rows));
            }
        }

        return SumsText(reader.Footer.Rows, sums);
    }

    public static BarBlock Decode(byte[] file)
    {
        var reader = new ParquetReader(file);
        return BarBlock.Own(new BarColumns(
            reader.ReadInt64("bar_ts"), reader.ReadInt64("open"), reader.ReadInt64("high"), reader.ReadInt64("low"), reader.ReadInt64("close"), reader.ReadInt64("volume"))
        {
            PriceScale = 2,
            VolumeScale = 5,
        });
    }
}

/// <summary>How many bytes a bar takes on the disk: the generated file, and recorded months as DuckDB's rival reads them.</summary>
internal static class ParquetSizes
{
    /// <summary>Prints the size of ours, and writes the recorded months for DuckDB to copy.</summary>
    public static async Task PrintAsync(PartFolder folder)
    {
        Part.Print("Parquet bytes a bar", "ours", 1, new FileInfo(folder.Parquet).Length / (double)folder.Rows, "bytes", "lower", "");
        foreach (var (name, bars) in await RecordedMonths.ReadAsync())
        {
            var path = folder.Output($"recorded-{name}.parquet");
            await using (var file = File.Create(path))
                PartParquet.Encode(bars, file);
            Part.Print($"Parquet bytes a bar, recorded {name}", "ours", 1, new FileInfo(path).Length / (double)bars.Count, "bytes", "lower", "");
        }
    }
}
