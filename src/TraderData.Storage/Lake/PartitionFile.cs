using System.Buffers;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>
/// A partition as a Parquet file: one row group; <c>bar_ts</c> (TIMESTAMP millis, UTC), <c>open high low close volume</c> and, when any bar has one,
/// <c>vwap</c> (DECIMAL(18, scale), the scale being the least that holds the file's values) and <c>trades</c> (INT64). Its bytes follow from its bars alone.
/// </summary>
internal static class PartitionFile
{
    /// <summary>The key under which a file names its series.</summary>
    public const string SeriesKey = "trader-data.series";

    private const string FormatKey = "trader-data.format";
    private const string Format = "1";

    // Measured on recorded months of 1m bars of three symbols: differences, also for volumes and trades, take 6.5 to 13.2 bytes a bar; dictionaries or
    // plain volumes half as much again to thrice that. On top of differences Snappy saves under 1 % and GZIP 1 to 3 % at ten times the time to write.
    private static readonly ParquetWriterOptions Layout = new() { Compression = ParquetCompression.None };

    /// <summary>Makes the file of a partition.</summary>
    /// <param name="series">The series.</param>
    /// <param name="normal">The bars, as <see cref="BarBlock.Normalize"/> gives them.</param>
    public static byte[] Encode(Series series, BarBlock normal)
    {
        var output = new ArrayBufferWriter<byte>(64 + (normal.Count * 16));
        using var writer = new ParquetWriter(output, Schema(normal), Layout);
        writer.WriteColumn(normal.Times);
        writer.WriteColumn(normal.Opens);
        writer.WriteColumn(normal.Highs);
        writer.WriteColumn(normal.Lows);
        writer.WriteColumn(normal.Closes);
        writer.WriteColumn(normal.Volumes);
        if (normal.HasVwap)
            writer.WriteColumn(normal.Vwaps);
        if (normal.HasTrades)
            writer.WriteColumn(normal.Trades);
        writer.Finish([new(FormatKey, Format), new(SeriesKey, series.ToString())]);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the bars of a file.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static BarBlock Decode(string blob, Series series, Partition partition, ReadOnlyMemory<byte> file)
    {
        try
        {
            var reader = new ParquetReader(file);
            RequireOwn(series, reader.Footer);
            var block = BarBlock.Own(Columns(reader));
            if (block.Count > 0 && (block.FirstMs < partition.Range.StartMs || block.LastMs >= partition.Range.EndMs))
                throw new FormatException($"bars from {TimeText.Iso(block.FirstMs)} to {TimeText.Iso(block.LastMs)} in the file of {partition.Range}");
            return block;
        }
        catch (Exception e) when (e is ParquetException or FormatException or ArgumentException)
        {
            throw Damaged(blob, series, partition, e);
        }
    }

    /// <summary>Checks that a footer is of a file of this series.</summary>
    /// <exception cref="FormatException">It is not, or is of another format.</exception>
    public static void RequireOwn(Series series, ParquetFooter footer)
    {
        if (footer.FindValue(FormatKey) is not Format)
            throw new FormatException($"format '{footer.FindValue(FormatKey)}', this program reads '{Format}'");
        if (footer.FindValue(SeriesKey) is var stated && stated != series.ToString())
            throw new FormatException($"bars of {stated} where {series} belongs");
    }

    /// <summary>The exception for a partition that cannot be read.</summary>
    public static StorageException Damaged(string blob, Series series, Partition partition, Exception cause) => new(
        StorageErrorKind.Damaged,
        $"{blob} is damaged: {cause.Message} (restore it from a copy; or delete it and backfill {series} of {partition.Range} with --again)",
        cause);

    private static ParquetSchema Schema(BarBlock bars)
    {
        var columns = new List<ParquetColumn>(8)
        {
            ParquetColumn.TimestampMillis("bar_ts"),
            Price("open", bars.PriceScale),
            Price("high", bars.PriceScale),
            Price("low", bars.PriceScale),
            Price("close", bars.PriceScale),
            Price("volume", bars.VolumeScale, optional: true),
        };
        if (bars.HasVwap)
            columns.Add(Price("vwap", bars.VwapScale, optional: true));
        if (bars.HasTrades)
            columns.Add(ParquetColumn.Int64("trades", optional: true));
        return new ParquetSchema([.. columns]);
    }

    private static ParquetColumn Price(string name, int scale, bool optional = false) =>
        ParquetColumn.Decimal(name, ScaledDecimal.MaxScale, scale, optional);

    private static BarColumns Columns(ParquetReader reader)
    {
        var priceScale = ScaleOf(reader, "open");
        if (ScaleOf(reader, "high") != priceScale || ScaleOf(reader, "low") != priceScale || ScaleOf(reader, "close") != priceScale)
            throw new FormatException("prices of different scales");
        var hasVwap = reader.Footer.Schema.IndexOf("vwap") >= 0;
        var hasTrades = reader.Footer.Schema.IndexOf("trades") >= 0;
        return new BarColumns(
            reader.ReadInt64("bar_ts"),
            reader.ReadInt64("open"),
            reader.ReadInt64("high"),
            reader.ReadInt64("low"),
            reader.ReadInt64("close"),
            reader.ReadInt64("volume"))
        {
            PriceScale = priceScale,
            VolumeScale = ScaleOf(reader, "volume"),
            VwapScale = hasVwap ? ScaleOf(reader, "vwap") : 0,
            Vwaps = hasVwap ? reader.ReadInt64("vwap") : null,
            Trades = hasTrades ? reader.ReadInt64("trades") : null,
        };
    }

    private static int ScaleOf(ParquetReader reader, string column)
    {
        var index = reader.Footer.Schema.IndexOf(column);
        return index >= 0 && reader.Footer.Schema.Columns[index] is { Kind: ParquetKind.Decimal } found
            ? found.Scale
            : throw new FormatException($"no column {column} of decimals");
    }
}
