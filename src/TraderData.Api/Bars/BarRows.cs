using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Writes bars as JSON objects, straight from their columns: nothing is allocated for a row, and no digit passes through a number type.</summary>
internal sealed class BarRows : IBarRows
{
    private const long DayMs = 86_400_000;

    // 2024-01-31T10:00:00Z: the date and the T stay the same for all bars of a day.
    private const int DateLength = 11;

    private readonly bool _isoTime;
    private readonly int _headLength;

    /// <summary>The head, and behind it the time of the bar last written with all that follows up to the first number.</summary>
    private readonly byte[] _beginning;
    private int _beginningLength;
    private long _dayMs = long.MinValue;
    private int _skipped;

    /// <summary>Makes a writer.</summary>
    /// <param name="head">What a row begins with, up to its time, with the comma that parts it from the row before. Of symbols nothing needs an escape in JSON.</param>
    /// <param name="isoTime">Times as ISO 8601 in quotes; otherwise as Unix milliseconds.</param>
    /// <param name="isFirst">True when no row of the list stands before: its comma is left out.</param>
    public BarRows(string head, bool isoTime, bool isFirst = true)
    {
        (_isoTime, _skipped) = (isoTime, isFirst ? 1 : 0);
        _headLength = Encoding.UTF8.GetByteCount(head);
        _beginning = new byte[_headLength + TimeText.MaxIsoLength + "\",\"open\":".Length];
        _ = Encoding.UTF8.GetBytes(head, _beginning);
        MaxRowBytes = _beginning.Length + 48 + (5 * Utf8Decimal.MaxLength);
    }

    /// <summary>The most bytes that one row takes: its beginning, the names and five numbers.</summary>
    public int MaxRowBytes { get; }

    /// <inheritdoc/>
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
        SetTime(columns.Times[i]);
        _beginning.AsSpan(_skipped, _beginningLength - _skipped).CopyTo(to);
        var length = _beginningLength - _skipped;
        _skipped = 0;
        length += Utf8Decimal.Format(columns.Opens[i], columns.PriceScale, to[length..]);
        length += Put(",\"high\":"u8, to[length..]);
        length += Utf8Decimal.Format(columns.Highs[i], columns.PriceScale, to[length..]);
        length += Put(",\"low\":"u8, to[length..]);
        length += Utf8Decimal.Format(columns.Lows[i], columns.PriceScale, to[length..]);
        length += Put(",\"close\":"u8, to[length..]);
        length += Utf8Decimal.Format(columns.Closes[i], columns.PriceScale, to[length..]);
        length += Put(",\"volume\":"u8, to[length..]);
        length += columns.Volumes[i] == BarBlock.Missing ? Put("null"u8, to[length..]) : Utf8Decimal.Format(columns.Volumes[i], columns.VolumeScale, to[length..]);
        to[length] = (byte)'}';
        return length + 1;
    }

    // Inlined, so that the length of each name is known and its copy becomes one or two moves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Put(ReadOnlySpan<byte> text, Span<byte> to)
    {
        text.CopyTo(to);
        return text.Length;
    }

    private void SetTime(long timeMs)
    {
        var sinceDay = timeMs - _dayMs;
        if (_isoTime && (ulong)sinceDay < DayMs && sinceDay % 1_000 == 0)
            SetTimeOfDay((uint)sinceDay / 1_000);
        else
            SetWholeTime(timeMs);
    }

    private void SetTimeOfDay(uint second)
    {
        var time = _beginning.AsSpan(_headLength + DateLength, "00:00:00Z\",\"open\":".Length);
        Utf8Digits.WritePadded(second / 3_600, time[..2]);
        Utf8Digits.WritePadded(second / 60 % 60, time.Slice(3, 2));
        Utf8Digits.WritePadded(second % 60, time.Slice(6, 2));
    }

    private void SetWholeTime(long timeMs)
    {
        var to = _beginning.AsSpan(_headLength);
        int length;
        if (_isoTime)
        {
            length = TimeText.WriteIso(timeMs, to);
            length += Put("\",\"open\":"u8, to[length..]);

            // Only a time without milliseconds leaves the pattern that SetTimeOfDay fills in.
            _dayMs = timeMs % 1_000 == 0 ? Timeframe.D1.Floor(timeMs) : long.MinValue;
        }
        else
        {
            _ = timeMs.TryFormat(to, out length, default, CultureInfo.InvariantCulture);
            length += Put(",\"open\":"u8, to[length..]);
        }

        _beginningLength = _headLength + length;
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
