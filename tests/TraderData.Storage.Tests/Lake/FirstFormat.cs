using System.Buffers;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage.Tests;

/// <summary>Partitions as they were written before bars told when they got their values.</summary>
internal static class FirstFormat
{
    public static byte[] Encode(Series series, BarBlock bars)
    {
        var normal = bars.Normalize();
        var output = new ArrayBufferWriter<byte>();
        var schema = new ParquetSchema([ParquetColumn.TimestampMillis("bar_ts"), .. BarFile.Values(normal.PriceScale, normal.VolumeScale, null, normal.HasTrades)]);
        using var writer = new ParquetWriter(output, schema, BarFile.Layout);
        foreach (var column in (long[][])[normal.Times.ToArray(), normal.Opens.ToArray(), normal.Highs.ToArray(), normal.Lows.ToArray(), normal.Closes.ToArray(), normal.Volumes.ToArray()])
            writer.WriteColumn(column);
        if (normal.HasTrades)
            writer.WriteColumn(normal.Trades);
        writer.Finish([new(BarFile.FormatKey, "1"), new(BarFile.SeriesKey, series.ToString())]);
        return output.WrittenSpan.ToArray();
    }

    public static Bar Sample(int minute) => new(
        minute * 60_000L, new ScaledDecimal(4_215_050, 2), new ScaledDecimal(42_151, 0), new ScaledDecimal(42_150, 0), new ScaledDecimal(4_215_075, 2),
        minute == 1 ? null : new ScaledDecimal(12_345, 5), null, minute == 2 ? null : 17 + minute);
}
