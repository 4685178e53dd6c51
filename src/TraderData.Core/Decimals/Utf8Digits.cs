using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TraderData.Core;

/// <summary>Whole numbers as UTF-8 digits, two at a time.</summary>
public static class Utf8Digits
{
    private static ReadOnlySpan<byte> Pairs =>
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"u8;

    /// <summary>How many digits a number has: 1 for zero.</summary>
    public static int Count(ulong value)
    {
        var digits = 1;
        for (; value >= 10_000; value /= 10_000)
            digits += 4;
        return digits + (value >= 1_000 ? 3 : value >= 100 ? 2 : value >= 10 ? 1 : 0);
    }

    /// <summary>Writes a number with no leading zeros; bytes behind it may be overwritten.</summary>
    /// <returns>How many bytes were written, 20 at most.</returns>
    public static int Write(ulong value, Span<byte> destination)
    {
        if (value < DecimalWords.Limit && destination.Length >= DecimalWords.Room)
            return DecimalWords.Write(value, 0, destination);
        var count = Count(value);
        WritePadded(value, destination[..count]);
        return count;
    }

    /// <summary>Writes a number as eight digits, zeros in front.</summary>
    /// <param name="value">Below 10^8.</param>
    /// <param name="destination">At least eight bytes.</param>
    public static void WriteEight(uint value, Span<byte> destination) =>
        BinaryPrimitives.WriteUInt64LittleEndian(destination, ShortDecimal.Spread(value) + ShortDecimal.Zeros);

    /// <summary>Fills the whole of <paramref name="destination"/> with the last digits of a number, zeros in front.</summary>
    public static void WritePadded(ulong value, Span<byte> destination)
    {
        if (destination.Length == 8)
        {
            WriteEight((uint)(value % ShortDecimal.Limit), destination);
            return;
        }

        var end = destination.Length;
        for (; end >= 2; end -= 2)
        {
            (value, var pair) = Math.DivRem(value, 100);
            Unsafe.WriteUnaligned(
                ref destination[end - 2],
                Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref MemoryMarshal.GetReference(Pairs), (int)pair * 2)));
        }

        if (end == 1)
            destination[0] = (byte)('0' + (value % 10));
    }
}
