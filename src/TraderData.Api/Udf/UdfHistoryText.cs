using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Writes bars as UDF has them, a column after the other, straight from the columns of blocks: nothing is allocated for a bar.</summary>
internal static class UdfHistoryText
{
    // A comma and the longest number; times are shorter.
    private const int ValueBytes = 1 + Utf8Decimal.MaxLength;

    // What stands between two columns and at the end.
    private const int LabelBytes = 8;

    private static readonly (byte[] Label, BarColumn Column)[] Columns =
    [
        ([.. "],\"o\":["u8], BarColumn.Open), ([.. "],\"h\":["u8], BarColumn.High), ([.. "],\"l\":["u8], BarColumn.Low),
        ([.. "],\"c\":["u8], BarColumn.Close), ([.. "],\"v\":["u8], BarColumn.Volume),
    ];

    /// <summary>Writes everything into the body; what is in its buffer at the end is not sent yet.</summary>
    /// <param name="body">Where to.</param>
    /// <param name="page">At least one bar, the newest block first: they are written oldest first.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async ValueTask WriteAsync(AnswerBody body, BarPage page, CancellationToken cancellationToken)
    {
        body.Write("{\"s\":\"ok\",\"t\":["u8);
        await WriteColumnAsync(body, page, BarColumn.Time, cancellationToken);
        foreach (var (label, column) in Columns)
        {
            if (body.Free.Length < LabelBytes)
                await body.FlushAsync(cancellationToken);
            if (body.IsDone)
                return;
            body.Write(label);
            await WriteColumnAsync(body, page, column, cancellationToken);
        }

        if (body.Free.Length < LabelBytes)
            await body.FlushAsync(cancellationToken);
        if (!body.IsDone)
            body.Write("]}"u8);
    }

    private static async ValueTask WriteColumnAsync(AnswerBody body, BarPage page, BarColumn column, CancellationToken cancellationToken)
    {
        for (var b = page.Blocks.Count - 1; b >= 0; b--)
        {
            var block = page.Blocks[b];
            for (var written = 0; written < block.Count;)
            {
                // The first value of a column has no comma.
                var isFirst = written == 0 && b == page.Blocks.Count - 1;
                written += Write(block, page.Request.Timeframe, column, written, isFirst, body.Free, out var bytes);
                body.Advance(bytes);
                if (written < block.Count)
                    await body.FlushAsync(cancellationToken);
                if (body.IsDone)
                    return;
            }
        }
    }

    private static int Write(BarBlock block, Timeframe timeframe, BarColumn column, int from, bool isFirst, Span<byte> to, out int bytes)
    {
        if (column == BarColumn.Time)
            return WriteTimes(block.Times[from..], timeframe, isFirst, to, out bytes);
        return column switch
        {
            BarColumn.Open => WriteNumbers(block.Opens[from..], block.PriceScale, isFirst, to, out bytes),
            BarColumn.High => WriteNumbers(block.Highs[from..], block.PriceScale, isFirst, to, out bytes),
            BarColumn.Low => WriteNumbers(block.Lows[from..], block.PriceScale, isFirst, to, out bytes),
            BarColumn.Close => WriteNumbers(block.Closes[from..], block.PriceScale, isFirst, to, out bytes),
            _ => WriteNumbers(block.Volumes[from..], block.VolumeScale, isFirst, to, out bytes),
        };
    }

    private static int WriteTimes(ReadOnlySpan<long> times, Timeframe timeframe, bool isFirst, Span<byte> to, out int bytes)
    {
        var (length, count) = (0, 0);
        for (; count < times.Length && to.Length - length >= ValueBytes; count++)
        {
            if (!isFirst || count > 0)
                to[length++] = (byte)',';
            _ = UdfHistoryRequest.SecondsOf(timeframe, times[count]).TryFormat(to[length..], out var digits, default, CultureInfo.InvariantCulture);
            length += digits;
        }

        bytes = length;
        return count;
    }

    private static int WriteNumbers(ReadOnlySpan<long> values, int scale, bool isFirst, Span<byte> to, out int bytes)
    {
        var (length, count) = (0, 0);
        for (; count < values.Length && to.Length - length >= ValueBytes; count++)
        {
            if (!isFirst || count > 0)
                to[length++] = (byte)',';
            if (values[count] == BarBlock.Missing)
            {
                "null"u8.CopyTo(to[length..]);
                length += 4;
            }
            else
            {
                length += Utf8Decimal.Format(values[count], scale, to[length..]);
            }
        }

        bytes = length;
        return count;
    }
}
