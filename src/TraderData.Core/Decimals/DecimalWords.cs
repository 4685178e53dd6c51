using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace TraderData.Core;

/// <summary>
/// Decimals of up to sixteen characters, which nearly all on a wire are, to and from text without a loop over their digits: sixteen digits lie in two
/// words, one a byte, the first digit in the lowest byte, and points and zeros come and go by shifts.
/// </summary>
internal static class DecimalWords
{
    /// <summary>What a mantissa must be below to be written.</summary>
    public const ulong Limit = 10_000_000_000_000_000;

    /// <summary>The greatest scale that is written: one digit stays before the point.</summary>
    public const int MaxScale = 15;

    /// <summary>How much room <see cref="Write"/> needs: sixteen digits, a point, and sixteen bytes that may be overwritten behind.</summary>
    public const int Room = 33;

    private const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong Ones = 0x0101_0101_0101_0101;
    private const ulong Highs = 0x8080_8080_8080_8080;

    // A point, once the zeros are taken off the digits.
    private const ulong Points = ('.' ^ '0') * Ones;

    // Added to a digit that is above nine it reaches the high bit.
    private const ulong AboveNine = (0x80 - 10) * Ones;

    private const ulong EightDigits = 100_000_000;

    /// <summary>Reads <c>digits[.digits]</c>.</summary>
    /// <returns>False for every other text, and for longer ones, which may be numbers all the same.</returns>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out ScaledDecimal value)
    {
        value = default;
        if (utf8.Length is 0 or > 16)
            return false;
        var digits = Load(utf8);
        var fraction = 0;
        if (FindPoint(digits, out var point))
        {
            // A digit must stand on both sides.
            fraction = 15 - point;
            if (fraction == 0 || fraction == utf8.Length - 1)
                return false;
            digits = TakeOut(digits, point);
        }

        if ((Bad(digits.Low) | Bad(digits.High)) != 0)
            return false;
        var trailing = digits.High != 0 ? BitOperations.LeadingZeroCount(digits.High) / 8 : 8 + (BitOperations.LeadingZeroCount(digits.Low) / 8);
        var cut = Math.Min(trailing, fraction);
        digits = Raise(digits, cut * 8);
        value = new ScaledDecimal((long)((Join(digits.Low) * EightDigits) + Join(digits.High)), fraction - cut);
        return true;
    }

    /// <summary>Writes a number without trailing zeros behind the point.</summary>
    /// <param name="mantissa">Below <see cref="Limit"/>.</param>
    /// <param name="scale">0 to <see cref="MaxScale"/>.</param>
    /// <param name="destination">At least <see cref="Room"/> bytes; those behind the text are overwritten too.</param>
    /// <returns>How many bytes the text has.</returns>
    public static int Write(ulong mantissa, int scale, Span<byte> destination)
    {
        var (high, low) = Math.DivRem(mantissa, EightDigits);
        var (first, second) = (ShortDecimal.Spread((uint)high), ShortDecimal.Spread((uint)low));
        var wholeDigits = 16 - scale;
        var zerosInFront = first != 0 ? BitOperations.TrailingZeroCount(first) / 8 : 8 + (BitOperations.TrailingZeroCount(second) / 8);
        var leading = Math.Min(zerosInFront, wholeDigits - 1);
        Put(first, second, leading, destination);
        var whole = wholeDigits - leading;
        var zerosBehind = second != 0 ? BitOperations.LeadingZeroCount(second) / 8 : 8 + (BitOperations.LeadingZeroCount(first) / 8);
        var fraction = scale - Math.Min(zerosBehind, scale);
        if (fraction == 0)
            return whole;
        destination[whole] = (byte)'.';
        Put(first, second, wholeDigits, destination[(whole + 1)..]);
        return whole + 1 + fraction;
    }

    // Sixteen digits from the one at an index on; what is behind them is no matter.
    private static void Put(ulong first, ulong second, int index, Span<byte> destination)
    {
        first += Zeros;
        second += Zeros;
        if (index >= 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, second >> ((index - 8) * 8));
            return;
        }

        if (index > 0)
        {
            first = (first >> (index * 8)) | (second << (64 - (index * 8)));
            second >>= index * 8;
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, first);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], second);
    }

    // The text at the end of sixteen bytes, zeros before it, the character zero taken off each.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Low, ulong High) Load(ReadOnlySpan<byte> utf8)
    {
        var length = utf8.Length;
        if (length > 8)
        {
            var unused = (16 - length) * 8;
            return (
                (BinaryPrimitives.ReadUInt64LittleEndian(utf8) ^ Zeros) << unused,
                BinaryPrimitives.ReadUInt64LittleEndian(utf8[(length - 8)..]) ^ Zeros);
        }

        var word = length >= 4
            ? BinaryPrimitives.ReadUInt32LittleEndian(utf8) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(utf8[(length - 4)..]) << ((length - 4) * 8))
            : utf8[0] | ((ulong)utf8[length / 2] << (length / 2 * 8)) | ((ulong)utf8[length - 1] << ((length - 1) * 8));
        return (0, (word ^ Zeros) << ((8 - length) * 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool FindPoint((ulong Low, ulong High) digits, out int index)
    {
        // The lowest bit that is set is exact: a borrow can only make false ones above it.
        var low = ZeroBytes(digits.Low ^ Points);
        var high = ZeroBytes(digits.High ^ Points);
        index = low != 0 ? BitOperations.TrailingZeroCount(low) / 8 : 8 + (BitOperations.TrailingZeroCount(high) / 8);
        return (low | high) != 0;
    }

    private static ulong ZeroBytes(ulong word) => (word - Ones) & ~word & Highs;

    private static ulong Bad(ulong word) => ((word + AboveNine) | word) & Highs;

    // The digits before the point move up over it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Low, ulong High) TakeOut((ulong Low, ulong High) digits, int point)
    {
        if (point < 8)
        {
            var below = (1UL << (point * 8)) - 1;
            return (((digits.Low & below) << 8) | (digits.Low & ~((below << 8) | 0xFF)), digits.High);
        }

        var before = (1UL << ((point - 8) * 8)) - 1;
        return (digits.Low << 8, ((digits.High & before) << 8) | (digits.Low >> 56) | (digits.High & ~((before << 8) | 0xFF)));
    }

    // Drops digits at the end.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong Low, ulong High) Raise((ulong Low, ulong High) digits, int bits)
    {
        if (bits == 0)
            return digits;
        return bits >= 64
            ? (0, bits == 128 ? 0 : digits.Low << (bits - 64))
            : (digits.Low << bits, (digits.High << bits) | (digits.Low >> (64 - bits)));
    }

    // Eight digits to a number by three multiplications (Johnny Lee, "Fast numeric string to int").
    private static ulong Join(ulong digits)
    {
        digits = (digits * 10) + (digits >> 8);
        return (((digits & 0x0000_00FF_0000_00FF) * 0x000F_4240_0000_0064) + (((digits >> 16) & 0x0000_00FF_0000_00FF) * 0x0000_2710_0000_0001)) >> 32;
    }
}
