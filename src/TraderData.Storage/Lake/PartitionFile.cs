using System.Buffers;
using System.Globalization;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>
/// A partition as a Parquet file: one row group; <c>bar_ts</c> (TIMESTAMP millis, UTC), the columns of <see cref="BarFile.Values"/> at the least scales
/// that hold the file's values, and <c>updated_at</c> (TIMESTAMP millis, UTC, null when not known). Its bytes follow from its bars, their times of update
/// and the number of former values alone.
/// </summary>
internal static class PartitionFile
{
    // Before updated_at.
    private const string OldFormat = "1";
    private const string Format = "2";
    private const string UpdatedColumn = "updated_at";
    private const string RevisionsKey = "trader-data.revisions";

    /// <summary>Makes the file of a partition.</summary>
    /// <param name="series">The series.</param>
    /// <param name="normal">The bars, as <see cref="BarBlock.Normalize"/> gives them.</param>
    /// <param name="revisions">How many former values the file of revisions beside it holds at least.</param>
    public static byte[] Encode(Series series, StoredBars normal, int revisions)
    {
        var bars = normal.Bars;
        var output = new ArrayBufferWriter<byte>(64 + (bars.Count * 16));
        using var writer = new ParquetWriter(output, Schema(bars), BarFile.Layout);
        writer.WriteColumn(bars.Times);
        writer.WriteColumn(bars.Opens);
        writer.WriteColumn(bars.Highs);
        writer.WriteColumn(bars.Lows);
        writer.WriteColumn(bars.Closes);
        writer.WriteColumn(bars.Volumes);
        if (bars.HasVwap)
            writer.WriteColumn(bars.Vwaps);
        if (bars.HasTrades)
            writer.WriteColumn(bars.Trades);
        writer.WriteColumn(normal.UpdatedMs.Span);
        writer.Finish(KeyValues(series, revisions));
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads a file.</summary>
    /// <param name="blob">Its name, for messages.</param>
    /// <param name="series">The series that it must be of.</param>
    /// <param name="partition">The partition that it must be of.</param>
    /// <param name="file">Its content.</param>
    /// <param name="withUpdates">Decode when the bars got their values too.</param>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static HeldPartition Decode(string blob, Series series, Partition partition, ReadOnlyMemory<byte> file, bool withUpdates) =>
        Read(blob, series, partition, file, reader =>
        {
            var bars = BarBlock.Own(BarFile.Read(reader));
            BarFile.RequireWithin(partition, bars);
            return new HeldPartition(bars, withUpdates ? Updates(reader) : null, RevisionsOf(reader.Footer));
        });

    /// <summary>Reads the bars of a file that a query asks for, from the pages that hold them; damage elsewhere is not noticed.</summary>
    /// <param name="blob">Its name, for messages.</param>
    /// <param name="series">The series that it must be of.</param>
    /// <param name="partition">The partition that it must be of.</param>
    /// <param name="file">Its content.</param>
    /// <param name="query">What is asked for; its time in the past is not looked at.</param>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static BarBlock DecodePiece(string blob, Series series, Partition partition, ReadOnlyMemory<byte> file, BarQuery query) =>
        Read(blob, series, partition, file, reader => Piece(series, partition, reader, query));

    /// <summary>Reads the bars of a file that a query asks for, and of the file no more than it must.</summary>
    /// <returns>Null when it must be read whole: it has no page index.</returns>
    /// <inheritdoc cref="DecodePiece(string, Series, Partition, ReadOnlyMemory{byte}, BarQuery)"/>
    public static BarBlock? DecodePiece(string blob, Series series, Partition partition, IBlobFile file, BarQuery query) =>
        Guard(blob, series, partition, () =>
        {
            if (!ParquetReader.TryOpen(file.Length, file.Read, out var reader))
                return null;
            RequireOwn(series, reader.Footer);
            return Piece(series, partition, reader, query);
        });

    /// <summary>Checks that a footer is of a file of this series.</summary>
    /// <exception cref="FormatException">It is not, or is of another format.</exception>
    public static void RequireOwn(Series series, ParquetFooter footer) => BarFile.RequireOwn(series, footer, OldFormat, Format);

    /// <summary>True for a file of the first format, which has no times of update.</summary>
    public static bool IsOfFirstFormat(ParquetFooter footer) => footer.FindValue(BarFile.FormatKey) is OldFormat;

    /// <summary>The exception for a partition that cannot be read.</summary>
    public static StorageException Damaged(string blob, Series series, Partition partition, Exception cause) => new(
        StorageErrorKind.Damaged,
        $"{blob} is damaged: {cause.Message} (restore it from a copy; or delete it and backfill {series} of {partition.Range} with --again)",
        cause);

    private static BarBlock Piece(Series series, Partition partition, ParquetReader reader, BarQuery query)
    {
        var (times, firstRow) = PieceTimes.Of(reader, series.Timeframe, query);
        var bars = BarBlock.Own(BarFile.Read(reader, times, firstRow));
        BarFile.RequireWithin(partition, bars);
        return bars;
    }

    private static T Read<T>(string blob, Series series, Partition partition, ReadOnlyMemory<byte> file, Func<ParquetReader, T> read) =>
        Guard(blob, series, partition, () =>
        {
            var reader = new ParquetReader(file);
            RequireOwn(series, reader.Footer);
            return read(reader);
        });

    private static T Guard<T>(string blob, Series series, Partition partition, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (BarFile.IsDamage(e))
        {
            throw Damaged(blob, series, partition, e);
        }
    }

    private static ParquetSchema Schema(BarBlock bars) => new(
    [
        ParquetColumn.TimestampMillis(BarFile.TimeColumn),
        .. BarFile.Values(bars.PriceScale, bars.VolumeScale, bars.HasVwap ? bars.VwapScale : null, bars.HasTrades),
        ParquetColumn.TimestampMillis(UpdatedColumn, optional: true),
    ]);

    private static List<KeyValuePair<string, string>> KeyValues(Series series, int revisions)
    {
        var keyValues = new List<KeyValuePair<string, string>> { new(BarFile.FormatKey, Format), new(BarFile.SeriesKey, series.ToString()) };
        if (revisions > 0)
            keyValues.Add(new(RevisionsKey, revisions.ToString(CultureInfo.InvariantCulture)));
        return keyValues;
    }

    private static UpdateRuns Updates(ParquetReader reader)
    {
        if (!IsOfFirstFormat(reader.Footer))
            return UpdateRuns.Of(BarFile.Times(reader, UpdatedColumn));
        var unknown = new long[reader.Footer.Rows];
        Array.Fill(unknown, StoredBars.Unknown);
        return UpdateRuns.Of(unknown);
    }

    private static int RevisionsOf(ParquetFooter footer) => footer.FindValue(RevisionsKey) is not { } text ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count
        : throw new FormatException($"{RevisionsKey} must be a number, was '{text}'");
}
