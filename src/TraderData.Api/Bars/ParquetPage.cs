using System.Buffers;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Api;

/// <summary>
/// Makes one Parquet file of a page: the fields as columns under their names, times as TIMESTAMP(ms, UTC), prices, volumes and vwaps as DECIMAL(18, s)
/// with the least s that holds the page's values of that column, trades as INT64. The bytes follow from the rows alone.
/// </summary>
internal static class ParquetPage
{
    /// <summary>Makes the file.</summary>
    /// <exception cref="BadDataException">No one scale holds all values of a column.</exception>
    public static ReadOnlyMemory<byte> Encode(IReadOnlyList<BarPage> pages, IReadOnlyList<BarField> fields)
    {
        var rows = pages.Sum(p => p.Count);
        var scales = fields.Select(f => IsDecimal(f.Column) ? LeastScale(pages, f.Column) : 0).ToArray();
        var output = new ArrayBufferWriter<byte>(1_024 + (rows * 16));
        using var writer = new ParquetWriter(output, new ParquetSchema([.. fields.Select((f, i) => Describe(f, scales[i]))]));
        for (var i = 0; i < fields.Count; i++)
        {
            if (TextOf(fields[i].Column) is { } text)
                writer.WriteColumn(Texts(pages, rows, text));
            else
                writer.WriteColumn(Numbers(pages, rows, fields[i], scales[i]));
        }

        writer.Finish();
        return output.WrittenMemory;
    }

    private static ParquetColumn Describe(BarField field, int scale) => field.Column switch
    {
        BarColumn.Symbol or BarColumn.Timeframe or BarColumn.Source => ParquetColumn.Utf8(field.Name),
        BarColumn.Time => ParquetColumn.TimestampMillis(field.Name),
        BarColumn.Trades => ParquetColumn.Int64(field.Name, optional: true),
        _ => ParquetColumn.Decimal(field.Name, ScaledDecimal.MaxScale, scale, optional: field.Column is BarColumn.Volume or BarColumn.Vwap),
    };

    private static bool IsDecimal(BarColumn column) => column is >= BarColumn.Open and <= BarColumn.Vwap;

    private static Func<Series, string>? TextOf(BarColumn column) => column switch
    {
        BarColumn.Symbol => series => series.Symbol,
        BarColumn.Timeframe => series => series.Timeframe.ToString(),
        BarColumn.Source => series => series.Source,
        _ => null,
    };

    private static string[] Texts(IReadOnlyList<BarPage> pages, int rows, Func<Series, string> textOf)
    {
        var texts = new string[rows];
        var written = 0;
        foreach (var page in pages)
        {
            texts.AsSpan(written, page.Count).Fill(textOf(page.Series));
            written += page.Count;
        }

        return texts;
    }

    private static int LeastScale(IReadOnlyList<BarPage> pages, BarColumn column)
    {
        var least = 0;
        foreach (var block in pages.SelectMany(p => p.Blocks))
        {
            var values = ColumnOf(block, column, out var scale);
            foreach (var value in values)
            {
                while (least < scale && value != BarBlock.Missing && value % PowersOfTen.At(scale - least) != 0)
                    least++;
            }
        }

        return least;
    }

    private static long[] Numbers(IReadOnlyList<BarPage> pages, int rows, BarField field, int scale)
    {
        var numbers = new long[rows];
        var written = 0;
        foreach (var page in pages)
        {
            foreach (var block in page.Blocks)
            {
                var to = numbers.AsSpan(written, block.Count);
                Take(page.Series, block, field, scale, to);
                if (page.Request.NewestFirst)
                    to.Reverse();
                written += block.Count;
            }
        }

        return numbers;
    }

    private static void Take(Series series, BarBlock block, BarField field, int scale, Span<long> to)
    {
        var values = ColumnOf(block, field.Column, out var ownScale);
        if (values.IsEmpty)
            to.Fill(BarBlock.Missing);
        else
            values.CopyTo(to);
        if (ownScale == scale)
            return;
        for (var i = 0; i < to.Length; i++)
        {
            if (to[i] != BarBlock.Missing && !PowersOfTen.TryRescale(to[i], ownScale, scale, out to[i]))
            {
                throw new BadDataException(
                    $"{series} {TimeText.Iso(block.Times[i])}",
                    $"{field.Name} {new ScaledDecimal(values[i], ownScale)} beside one with {scale} digits behind the point",
                    $"{ScaledDecimal.MaxScale} digits in all, which a Parquet column holds; ask for fewer rows or another format");
            }
        }
    }

    private static ReadOnlySpan<long> ColumnOf(BarBlock block, BarColumn column, out int scale)
    {
        scale = column switch { BarColumn.Time or BarColumn.Trades => 0, BarColumn.Volume => block.VolumeScale, BarColumn.Vwap => block.VwapScale, _ => block.PriceScale };
        return column switch
        {
            BarColumn.Time => block.Times,
            BarColumn.Open => block.Opens,
            BarColumn.High => block.Highs,
            BarColumn.Low => block.Lows,
            BarColumn.Close => block.Closes,
            BarColumn.Volume => block.Volumes,
            BarColumn.Vwap => block.Vwaps,
            _ => block.Trades,
        };
    }
}
