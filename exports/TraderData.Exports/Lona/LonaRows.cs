using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Renders bars as the bytes of one Lona file, from its first to its last. Allocates nothing per row.</summary>
internal sealed class LonaRows(LonaLayout layout, Series series)
{
    /// <summary>More than any one row takes: six decimals, a time, a count and the longest labels are under 300 bytes.</summary>
    public const int MaxRowBytes = 512;

    private static readonly BarLabels s_csvLabels = new(","u8, ","u8, ","u8, ","u8, ","u8, missing: ""u8);
    private static readonly BarLabels s_jsonLabels = new(",\"open\":"u8, ",\"high\":"u8, ",\"low\":"u8, ",\"close\":"u8, ",\"volume\":"u8, missing: "null"u8);

    private readonly LonaTimes _times = new(layout.TimeFormat, series);
    private readonly BarLabels _labels = layout.Format == LonaFormat.Csv ? s_csvLabels : s_jsonLabels;
    private readonly bool _isCsv = layout.Format == LonaFormat.Csv;
    private readonly byte _rowEnd = (byte)(layout.Format == LonaFormat.Csv ? '\n' : '}');
    private readonly bool _isUnixMs = layout.TimeFormat == TimeFormat.UnixMs;
    private readonly bool _extended = layout.Extended;
    private bool _any;

    /// <summary>Bars so far whose volume is not known.</summary>
    public long UnknownVolumes { get; private set; }

    /// <summary>What stands before the first bar.</summary>
    public byte[] Head() => layout.Format == LonaFormat.Csv
        ? Encoding.UTF8.GetBytes(string.Join(',', layout.Columns) + "\n")
        : Encoding.UTF8.GetBytes(
            // A series' names hold no character that JSON would escape.
            $$"""{"symbol":"{{series.Symbol}}","interval":"{{series.Timeframe}}","exchange":"{{series.Source.ToUpperInvariant()}}","data":[""");

    /// <summary>What stands behind the last bar.</summary>
    public byte[] Tail() => layout.Format == LonaFormat.Csv ? [] : "\n]}\n"u8.ToArray();

    /// <summary>Renders bars until the block or the destination ends.</summary>
    /// <param name="block">The bars.</param>
    /// <param name="row">The first bar to render; moved behind the last one rendered.</param>
    /// <param name="destination">Rows are written while <see cref="MaxRowBytes"/> are left.</param>
    /// <returns>How many bytes were written.</returns>
    public int Render(BarBlock block, ref int row, Span<byte> destination)
    {
        var numbers = new BarNumbers(block, _labels);
        var times = block.Times;
        int at = 0, i = row;
        for (; i < times.Length && destination.Length - at >= MaxRowBytes; i++)
        {
            var rest = destination[at..];
            at += _isCsv ? _times.Write(times[i], rest) : WriteJsonTime(times[i], rest);
            at += numbers.Write(i, destination[at..]);
            if (_extended)
                at += _isCsv ? RenderCsvExtras(block, i, destination[at..]) : RenderJsonExtras(block, i, destination[at..]);
            destination[at++] = _rowEnd;
        }

        UnknownVolumes += block.Volumes[row..i].Count(BarBlock.Missing);
        row = i;
        return at;
    }

    private static int RenderCsvExtras(BarBlock block, int i, Span<byte> destination)
    {
        var at = 0;
        destination[at++] = (byte)',';
        if (block.HasVwap && block.Vwaps[i] != BarBlock.Missing)
            at += Utf8Decimal.Format(block.Vwaps[i], block.VwapScale, destination[at..]);
        destination[at++] = (byte)',';
        if (block.HasTrades && block.Trades[i] != BarBlock.Missing)
            at += Utf8Digits.Write((ulong)block.Trades[i], destination[at..]);
        return at;
    }

    private static int RenderJsonExtras(BarBlock block, int i, Span<byte> destination)
    {
        var at = Put(",\"vwap\":"u8, destination);
        at += OrNull(block.HasVwap ? block.Vwaps[i] : BarBlock.Missing, block.VwapScale, destination[at..]);
        at += Put(",\"trades\":"u8, destination[at..]);
        return at + OrNull(block.HasTrades ? block.Trades[i] : BarBlock.Missing, 0, destination[at..]);
    }

    private int WriteJsonTime(long timeMs, Span<byte> destination)
    {
        // A bar is a line, so that two files can be compared by line.
        var at = _any ? PutOpening(destination) : Put("\n{\"timestamp\":"u8, destination);
        _any = true;
        if (_isUnixMs)
            return at + _times.Write(timeMs, destination[at..]);
        destination[at++] = (byte)'"';
        at += _times.Write(timeMs, destination[at..]);
        destination[at++] = (byte)'"';
        return at;
    }

    private static int OrNull(long mantissa, int scale, Span<byte> destination) =>
        mantissa == BarBlock.Missing ? Put("null"u8, destination) : Utf8Decimal.Format(mantissa, scale, destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PutOpening(Span<byte> destination)
    {
        Vector128.Create(",\n{\"timestamp\":\0"u8).CopyTo(destination);
        return Vector128<byte>.Count - 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Put(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        text.CopyTo(destination);
        return text.Length;
    }
}
