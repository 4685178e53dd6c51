using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Writes bars as JSON objects, straight from their columns: nothing is allocated for a row, and no digit passes through a number type.</summary>
internal sealed class BarRows : IBarRows
{
    private const long DayMs = 86_400_000;

    // 2024-01-31T10:00:00Z: the date and the T stay the same for all bars of a day.
    private const int DateLength = 11;

    private static readonly BarLabels s_isoLabels = new("\",\"open\":"u8, ",\"high\":"u8, ",\"low\":"u8, ",\"close\":"u8, ",\"volume\":"u8, missing: "null"u8);
    private static readonly BarLabels s_msLabels = new(",\"open\":"u8, ",\"high\":"u8, ",\"low\":"u8, ",\"close\":"u8, ",\"volume\":"u8, missing: "null"u8);

    private readonly bool _isoTime;
    private readonly int _headLength;

    /// <summary>The head, and behind it the time of the bar last written.</summary>
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
        _beginning = new byte[_headLength + TimeText.MaxIsoLength];
        _ = Encoding.UTF8.GetBytes(head, _beginning);
        MaxRowBytes = _beginning.Length + BarNumbers.Room;
    }

    /// <summary>The most bytes that one row takes: its beginning, and the room for the numbers, which is more than they and the brace behind them ever take.</summary>
    public int MaxRowBytes { get; }

    /// <inheritdoc/>
    public int Write(BarBlock block, int from, int step, int count, Span<byte> destination, out int bytes)
    {
        var numbers = new BarNumbers(block, _isoTime ? s_isoLabels : s_msLabels);
        var times = block.Times;
        var (length, rows) = (0, 0);
        for (var i = from; rows < count && destination.Length - length >= MaxRowBytes; i += step, rows++)
        {
            SetTime(times[i]);
            var beginning = _beginning.AsSpan(_skipped, _beginningLength - _skipped);
            beginning.CopyTo(destination[length..]);
            length += beginning.Length;
            length += numbers.Write(i, destination[length..]);
            destination[length++] = (byte)'}';
            _skipped = 0;
        }

        bytes = length;
        return rows;
    }

    private void SetTime(long timeMs)
    {
        var sinceDay = timeMs - _dayMs;
        if (_isoTime && (ulong)sinceDay < DayMs && sinceDay % 1_000 == 0)
            SetTimeOfDay((uint)sinceDay / 1_000);
        else
            SetWholeTime(timeMs);
    }

    // 10:00:00 as one word: hour, minute and second three bytes apart, the tens of each in its first byte and the ones in the next.
    private void SetTimeOfDay(uint second)
    {
        var parts = (second / 3_600) | ((ulong)(second / 60 % 60) << 24) | ((ulong)(second % 60) << 48);
        var tens = ((parts * 103) >> 10) & 0x000F_0000_0F00_000F;
        var digits = tens | ((parts - (10 * tens)) << 8);
        BinaryPrimitives.WriteUInt64LittleEndian(_beginning.AsSpan(_headLength + DateLength), digits + 0x3030_3A30_303A_3030);
    }

    private void SetWholeTime(long timeMs)
    {
        var to = _beginning.AsSpan(_headLength);
        int length;
        if (_isoTime)
        {
            length = TimeText.WriteIso(timeMs, to);

            // Only a time without milliseconds leaves the pattern that SetTimeOfDay fills in.
            _dayMs = timeMs % 1_000 == 0 ? Timeframe.D1.Floor(timeMs) : long.MinValue;
        }
        else
        {
            _ = timeMs.TryFormat(to, out length, default, CultureInfo.InvariantCulture);
        }

        _beginningLength = _headLength + length;
    }
}
