using System.Buffers;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>
/// The former values of a partition's bars as a Parquet file: one row group; <c>bar_ts</c>, <c>recorded_at</c> (null when not known) and <c>replaced_at</c>
/// (TIMESTAMP millis, UTC) and the columns of <see cref="BarFile.Values"/>. Rows stand in layers, each ascending by <c>bar_ts</c>: the oldest value of
/// each bar, then the next of those that have two, and so on. Its bytes follow from its values alone.
/// </summary>
internal static class RevisionsFile
{
    private const string Format = "1";
    private const string PartitionKey = "trader-data.partition";

    private delegate ReadOnlySpan<long> Column(RevisionLayer layer);

    /// <summary>Makes the file.</summary>
    /// <exception cref="BadDataException">Values of a column do not fit together in one file.</exception>
    public static byte[] Encode(Series series, Partition partition, Revisions revisions)
    {
        var layers = AtCommonScales(series, partition, revisions.Layers);
        var hasVwap = layers.Exists(layer => layer.Old.HasVwap);
        var hasTrades = layers.Exists(layer => layer.Old.HasTrades);
        var output = new ArrayBufferWriter<byte>(1_024);
        using var writer = new ParquetWriter(output, Schema(layers[0].Old, hasVwap, hasTrades), BarFile.Layout);
        foreach (var column in (Column[])
            [l => l.Old.Times, l => l.RecordedMs.Span, l => l.ReplacedMs.Span, l => l.Old.Opens, l => l.Old.Highs, l => l.Old.Lows, l => l.Old.Closes, l => l.Old.Volumes])
        {
            writer.WriteColumn(Joined(layers, column));
        }

        if (hasVwap)
            writer.WriteColumn(Joined(layers, l => l.Old.Vwaps));
        if (hasTrades)
            writer.WriteColumn(Joined(layers, l => l.Old.Trades));
        writer.Finish([new(BarFile.FormatKey, Format), new(BarFile.SeriesKey, series.ToString()), new(PartitionKey, partition.Name)]);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>, naming the blob.</exception>
    public static Revisions Decode(string blob, Series series, Partition partition, ReadOnlyMemory<byte> file)
    {
        try
        {
            var reader = new ParquetReader(file);
            BarFile.RequireOwn(series, reader.Footer, Format);
            if (reader.Footer.FindValue(PartitionKey) is var stated && stated != partition.Name)
                throw new FormatException($"former values of {stated} where those of {partition.Name} belong");
            return Revisions.Of(Layers(partition, BarFile.Read(reader), BarFile.Times(reader, "recorded_at"), BarFile.Times(reader, "replaced_at")));
        }
        catch (Exception e) when (BarFile.IsDamage(e) || e is BadDataException)
        {
            throw Damaged(blob, series, partition, e.Message, e);
        }
    }

    /// <summary>The exception for former values that cannot be read, or are not there.</summary>
    public static StorageException Damaged(string blob, Series series, Partition partition, string found, Exception? cause = null) => new(
        StorageErrorKind.Damaged,
        $"{blob} is damaged: {found} (restore it from a copy; or delete it and {partition.Name}.parquet and backfill {series} of {partition.Range} with --again)",
        cause);

    private static ParquetSchema Schema(BarBlock scales, bool hasVwap, bool hasTrades) => new(
    [
        ParquetColumn.TimestampMillis(BarFile.TimeColumn),
        ParquetColumn.TimestampMillis("recorded_at", optional: true),
        ParquetColumn.TimestampMillis("replaced_at"),
        .. BarFile.Values(scales.PriceScale, scales.VolumeScale, hasVwap ? scales.VwapScale : null, hasTrades),
    ]);

    private static List<RevisionLayer> AtCommonScales(Series series, Partition partition, IReadOnlyList<RevisionLayer> layers)
    {
        var normal = layers.Select(layer => layer with { Old = layer.Old.Normalize() }).ToList();
        var (prices, volumes, vwaps) = (normal.Max(l => l.Old.PriceScale), normal.Max(l => l.Old.VolumeScale), normal.Max(l => l.Old.VwapScale));
        try
        {
            return normal.ConvertAll(layer => layer with { Old = layer.Old.Rescale(prices, volumes, vwaps) });
        }
        catch (OverflowException e)
        {
            throw new BadDataException(
                $"{series} {partition.Name}", e.Message, $"former values of a column that fit together in {ScaledDecimal.MaxScale} digits in one partition", inner: e);
        }
    }

    // Empty stands for a column of nothing but Missing.
    private static long[] Joined(List<RevisionLayer> layers, Column column)
    {
        var joined = new long[layers.Sum(layer => layer.Old.Count)];
        var rest = joined.AsSpan();
        foreach (var layer in layers)
        {
            var part = rest[..layer.Old.Count];
            if (column(layer) is { IsEmpty: false } values)
                values.CopyTo(part);
            else
                part.Fill(BarBlock.Missing);
            rest = rest[part.Length..];
        }

        return joined;
    }

    private static IEnumerable<RevisionLayer> Layers(Partition partition, BarColumns rows, long[] recordedMs, long[] replacedMs)
    {
        for (int start = 0, end; start < rows.Times.Length; start = end)
        {
            end = start + 1;
            while (end < rows.Times.Length && rows.Times[end] > rows.Times[end - 1])
                end++;
            var (from, to) = (start, end);
            long[] Part(long[] column) => column[from..to];
            var old = BarBlock.Own(rows with
            {
                Times = Part(rows.Times),
                Opens = Part(rows.Opens),
                Highs = Part(rows.Highs),
                Lows = Part(rows.Lows),
                Closes = Part(rows.Closes),
                Volumes = Part(rows.Volumes),
                Vwaps = rows.Vwaps is null ? null : Part(rows.Vwaps),
                Trades = rows.Trades is null ? null : Part(rows.Trades),
            });
            BarFile.RequireWithin(partition, old);
            for (var i = start; i < end; i++)
            {
                if (recordedMs[i] >= replacedMs[i])
                    throw new FormatException($"a value of {TimeText.Iso(rows.Times[i])} recorded {recordedMs[i]} and replaced {replacedMs[i]}, which is not later");
            }

            yield return new RevisionLayer(old, Part(recordedMs), Part(replacedMs));
        }
    }
}
