using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Writes bars as JSON objects, straight from their columns: nothing is allocated for a row, and no digit passes through a number type.</summary>
/// <param name="head">What a row begins with, up to its time, with the comma that parts it from the row before. Of symbols nothing needs an escape in JSON.</param>
/// <param name="isoTime">Times as ISO 8601 in quotes; otherwise as Unix milliseconds.</param>
internal sealed class BarRows(string head, bool isoTime)
{
    private readonly byte[] _head = Encoding.UTF8.GetBytes(head);
    private bool _isFirst = true;

    /// <summary>The most bytes that one row takes: the head, a time, the names and five numbers.</summary>
    public int MaxRowBytes { get; } = Encoding.UTF8.GetByteCount(head) + TimeText.MaxIsoLength + 64 + (5 * Utf8Decimal.MaxLength);

    /// <summary>Writes rows until all are written or the next might not fit.</summary>
    /// <param name="block">The bars.</param>
    /// <param name="from">The index of the first bar to write.</param>
    /// <param name="step">1 to go on with later bars, −1 with earlier ones.</param>
    /// <param name="count">How many to write.</param>
    /// <param name="destination">Where to.</param>
    /// <param name="bytes">How many bytes were written.</param>
    /// <returns>How many rows were written.</returns>
    public int Write(BarBlock block, int from, int step, int count, Span<byte> destination, out int bytes)
    {
        var columns = new Columns(block);
        var (length, rows) = (0, 0);
        for (var i = from; rows < count && destination.Length - length >= MaxRowBytes; i += step, rows++)
            length += WriteRow(columns, i, destination[length..]);
        bytes = length;
        return rows;
    }

    private int WriteRow(in Columns columns, int i, Span<byte> to)
    {
        var skipped = _isFirst ? 1 : 0;
        _isFirst = false;
        _head.AsSpan(skipped).CopyTo(to);
        var length = _head.Length - skipped;
        length += WriteTime(columns.Times[i], to[length..]);
        length += WriteNumber("\"open\":"u8, columns.Opens[i], columns.PriceScale, to[length..]);
        length += WriteNumber(",\"high\":"u8, columns.Highs[i], columns.PriceScale, to[length..]);
        length += WriteNumber(",\"low\":"u8, columns.Lows[i], columns.PriceScale, to[length..]);
        length += WriteNumber(",\"close\":"u8, columns.Closes[i], columns.PriceScale, to[length..]);
        if (columns.Volumes[i] != BarBlock.Missing)
        {
            length += WriteNumber(",\"volume\":"u8, columns.Volumes[i], columns.VolumeScale, to[length..]);
            to[length++] = (byte)'}';
            return length;
        }

        var unknown = ",\"volume\":null}"u8;
        unknown.CopyTo(to[length..]);
        return length + unknown.Length;
    }

    private int WriteTime(long timeMs, Span<byte> to)
    {
        int length;
        if (isoTime)
        {
            length = TimeText.WriteIso(timeMs, to);
            to[length++] = (byte)'"';
        }
        else
        {
            _ = timeMs.TryFormat(to, out length, default, CultureInfo.InvariantCulture);
        }

        to[length] = (byte)',';
        return length + 1;
    }

    private static int WriteNumber(ReadOnlySpan<byte> name, long mantissa, int scale, Span<byte> to)
    {
        name.CopyTo(to);
        return name.Length + Utf8Decimal.Format(mantissa, scale, to[name.Length..]);
    }

    private readonly ref struct Columns(BarBlock block)
    {
        public readonly ReadOnlySpan<long> Times = block.Times;
        public readonly ReadOnlySpan<long> Opens = block.Opens;
        public readonly ReadOnlySpan<long> Highs = block.Highs;
        public readonly ReadOnlySpan<long> Lows = block.Lows;
        public readonly ReadOnlySpan<long> Closes = block.Closes;
        public readonly ReadOnlySpan<long> Volumes = block.Volumes;
        public readonly int PriceScale = block.PriceScale;
        public readonly int VolumeScale = block.VolumeScale;
    }
}
