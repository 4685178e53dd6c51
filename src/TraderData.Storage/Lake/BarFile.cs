using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>What the lake's files of bars have in common: the columns of values, the key-values that say what a file is, and how damage is told.</summary>
internal static class BarFile
{
    /// <summary>The key under which a file names its series.</summary>
    public const string SeriesKey = "trader-data.series";

    /// <summary>The key under which a file tells its format.</summary>
    public const string FormatKey = "trader-data.format";

    /// <summary>The column of opening times, TIMESTAMP millis, UTC.</summary>
    public const string TimeColumn = "bar_ts";

    // Measured on recorded months of 1m bars of three symbols: differences, also for volumes and trades, take 6.5 to 13.2 bytes a bar; dictionaries or
    // plain volumes half as much again to thrice that. On top of differences Snappy saves under 1 % and GZIP 1 to 3 % at ten times the time to write.
    // A page is also the least that a range of bars is read from; smaller ones take 0.1 bytes a bar more for each halving.
    public static readonly ParquetWriterOptions Layout = new() { Compression = ParquetCompression.None, PageRows = 4_096 };

    /// <summary>The columns <c>open high low close volume</c> and, when there are any, <c>vwap</c> (DECIMAL(18, scale)) and <c>trades</c> (INT64).</summary>
    public static IEnumerable<ParquetColumn> Values(int priceScale, int volumeScale, int? vwapScale, bool hasTrades)
    {
        foreach (var price in (string[])["open", "high", "low", "close"])
            yield return Decimal(price, priceScale);
        yield return Decimal("volume", volumeScale, optional: true);
        if (vwapScale is { } scale)
            yield return Decimal("vwap", scale, optional: true);
        if (hasTrades)
            yield return ParquetColumn.Int64("trades", optional: true);
    }

    /// <summary>Reads times and values of all rows.</summary>
    /// <exception cref="FormatException">A column is missing or is no decimal.</exception>
    /// <exception cref="ParquetException">The file is damaged.</exception>
    public static BarColumns Read(ParquetReader reader) => Read(reader, Times(reader, TimeColumn), firstRow: 0);

    /// <summary>Reads the values of rows whose times are known.</summary>
    /// <param name="reader">The file.</param>
    /// <param name="times">The times.</param>
    /// <param name="firstRow">The row of the first of them.</param>
    /// <inheritdoc cref="Read(ParquetReader)" path="/exception"/>
    public static BarColumns Read(ParquetReader reader, long[] times, int firstRow)
    {
        var priceScale = ScaleOf(reader, "open");
        if (ScaleOf(reader, "high") != priceScale || ScaleOf(reader, "low") != priceScale || ScaleOf(reader, "close") != priceScale)
            throw new FormatException("prices of different scales");
        var hasVwap = reader.Footer.Schema.IndexOf("vwap") >= 0;
        var hasTrades = reader.Footer.Schema.IndexOf("trades") >= 0;
        long[] Values(string column) => reader.ReadInt64(column, firstRow, times.Length);
        return new BarColumns(times, Values("open"), Values("high"), Values("low"), Values("close"), Values("volume"))
        {
            PriceScale = priceScale,
            VolumeScale = ScaleOf(reader, "volume"),
            VwapScale = hasVwap ? ScaleOf(reader, "vwap") : 0,
            Vwaps = hasVwap ? Values("vwap") : null,
            Trades = hasTrades ? Values("trades") : null,
        };
    }

    /// <summary>Reads a column of times, Unix milliseconds; <see cref="long.MinValue"/> where there is none.</summary>
    /// <exception cref="FormatException">There is no such column, or it has another unit.</exception>
    /// <exception cref="ParquetException">The file is damaged.</exception>
    public static long[] Times(ParquetReader reader, string column)
    {
        var times = GC.AllocateUninitializedArray<long>(reader.RequireRows());
        Times(reader, column, times);
        return times;
    }

    /// <inheritdoc cref="Times(ParquetReader, string)"/>
    /// <param name="reader">The file.</param>
    /// <param name="column">The column.</param>
    /// <param name="target">Takes the times; as long as the file has rows.</param>
    public static void Times(ParquetReader reader, string column, Span<long> target)
    {
        var index = reader.Footer.Schema.IndexOf(column);
        if (index < 0 || reader.Footer.Schema.Columns[index].Kind != ParquetKind.TimestampMillis)
            throw new FormatException($"no column {column} of milliseconds");
        reader.ReadInt64(column, 0, target);
    }

    /// <summary>Checks that a footer is of a file of this series, in a format that is read.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static void RequireOwn(Series series, ParquetFooter footer, params ReadOnlySpan<string> formats)
    {
        if (footer.FindValue(FormatKey) is var format && !formats.Contains(format))
            throw new FormatException($"format '{format}', this program reads '{string.Join("' and '", formats!)}'");
        if (footer.FindValue(SeriesKey) is var stated && stated != series.ToString())
            throw new FormatException($"bars of {stated} where {series} belongs");
    }

    /// <summary>True for a file that was written without a page index, and would have one now.</summary>
    public static bool LacksPageIndex(ParquetFooter footer) => footer.Rows > Layout.PageRows && !footer.HasPageIndex;

    /// <summary>Checks that bars are of a partition.</summary>
    /// <exception cref="FormatException">They are not.</exception>
    public static void RequireWithin(Partition partition, BarBlock bars)
    {
        if (bars.Count > 0 && (bars.FirstMs < partition.Range.StartMs || bars.LastMs >= partition.Range.EndMs))
            throw new FormatException($"bars from {TimeText.Iso(bars.FirstMs)} to {TimeText.Iso(bars.LastMs)} in the file of {partition.Range}");
    }

    /// <summary>True for what a file's content can be blamed for.</summary>
    public static bool IsDamage(Exception fault) => fault is ParquetException or FormatException or ArgumentException;

    private static ParquetColumn Decimal(string name, int scale, bool optional = false) =>
        ParquetColumn.Decimal(name, ScaledDecimal.MaxScale, scale, optional);

    private static int ScaleOf(ParquetReader reader, string column)
    {
        var index = reader.Footer.Schema.IndexOf(column);
        return index >= 0 && reader.Footer.Schema.Columns[index] is { Kind: ParquetKind.Decimal } found
            ? found.Scale
            : throw new FormatException($"no column {column} of decimals");
    }
}
