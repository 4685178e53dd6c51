using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Exports;

/// <summary>Writes opening times in one format. The date is kept from bar to bar: it changes once a day.</summary>
internal sealed class LonaTimes(TimeFormat format, Series series)
{
    private const int DateLength = 10;
    private const int LowDigits = 8;
    private const long LowPart = 100_000_000;
    private const long DayMs = 86_400_000;

    private readonly byte[] _date = new byte[TimeText.MaxIsoLength];
    private long _dayMs = long.MinValue;

    private ulong _highDigits;
    // At first far from every time.
    private ulong _highMs = long.MaxValue;
    private int _highLength;

    /// <summary>Writes a time; bytes behind it may be overwritten.</summary>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="BadDataException">The time is within a second and the format has none smaller.</exception>
    public int Write(long timeMs, Span<byte> destination)
    {
        if (format == TimeFormat.UnixMs)
            return WriteNumber(timeMs, destination);
        var millis = (timeMs - TimeText.MinMs) % 1_000;
        if (format == TimeFormat.DateTime)
        {
            if (millis != 0)
                throw new BadDataException($"{series}", $"a bar at {TimeText.Iso(timeMs)}", "a whole second, or another time format than datetime");
            return WriteSeconds(timeMs, (byte)' ', destination);
        }

        if (millis != 0)
            return TimeText.WriteIso(timeMs, destination);
        var length = WriteSeconds(timeMs, (byte)'T', destination);
        destination[length] = (byte)'Z';
        return length + 1;
    }

    private int WriteNumber(long timeMs, Span<byte> destination)
    {
        // 13 digits: the first five change once in a day and some hours.
        var low = (ulong)timeMs - _highMs;
        if (low >= LowPart)
        {
            if (timeMs < LowPart)
                return WriteEarly(timeMs, destination);
            low = KeepHighDigits((ulong)timeMs);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, _highDigits);
        Utf8Digits.WriteEight((uint)low, destination[_highLength..]);
        return _highLength + LowDigits;
    }

    private static int WriteEarly(long timeMs, Span<byte> destination)
    {
        if (timeMs >= 0)
            return Utf8Digits.Write((ulong)timeMs, destination);
        destination[0] = (byte)'-';
        return 1 + Utf8Digits.Write((ulong)-timeMs, destination[1..]);
    }

    // A method of its own: memory on the stack costs each call of a method that has some.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong KeepHighDigits(ulong timeMs)
    {
        var (high, low) = Math.DivRem(timeMs, (ulong)LowPart);
        Span<byte> digits = stackalloc byte[LowDigits];
        (_highMs, _highLength) = (high * LowPart, Utf8Digits.Write(high, digits));
        _highDigits = BinaryPrimitives.ReadUInt64LittleEndian(digits);
        return low;
    }

    private int WriteSeconds(long timeMs, byte separator, Span<byte> destination)
    {
        if ((ulong)(timeMs - _dayMs) >= DayMs)
        {
            _dayMs = Timeframe.D1.Floor(timeMs);
            _ = TimeText.WriteDateTime(_dayMs, separator, _date);
        }

        _date.AsSpan(0, DateLength).CopyTo(destination);
        var second = (uint)((timeMs - _dayMs) / 1_000);
        destination[DateLength] = separator;
        Utf8Digits.WritePadded(second / 3_600, destination.Slice(DateLength + 1, 2));
        destination[DateLength + 3] = (byte)':';
        Utf8Digits.WritePadded(second / 60 % 60, destination.Slice(DateLength + 4, 2));
        destination[DateLength + 6] = (byte)':';
        Utf8Digits.WritePadded(second % 60, destination.Slice(DateLength + 7, 2));
        return DateLength + 9;
    }
}
