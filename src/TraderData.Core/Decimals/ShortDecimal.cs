using System.Buffers.Binary;
using System.Numerics;

namespace TraderData.Core;

/// <summary>
/// Decimals of at most eight digits, which most prices and many volumes are, as UTF-8 text without a loop or a division by a power that is not
/// known beforehand: all eight digits are made at once in one word (Paul Khuong, "How to print integers really fast"), and the point is put between
/// two shifts of it.
/// </summary>
internal static class ShortDecimal
{
    /// <summary>What a mantissa must be below.</summary>
    public const uint Limit = 100_000_000;

    /// <summary>The greatest scale.</summary>
    public const int MaxScale = 8;

    private const int Digits = 8;
    private const ulong Zeros = 0x3030_3030_3030_3030;

    /// <summary>Writes a number without trailing zeros behind the point.</summary>
    /// <param name="mantissa">Below <see cref="Limit"/>.</param>
    /// <param name="scale">0 to <see cref="MaxScale"/>.</param>
    /// <param name="destination">At least <see cref="Utf8Decimal.MaxLength"/> bytes; those behind the text are overwritten too.</param>
    /// <returns>How many bytes the text has.</returns>
    public static int Write(uint mantissa, int scale, Span<byte> destination)
    {
        var digits = Spread(mantissa);
        var text = digits + Zeros;

        // The first digit is the lowest byte: zeros in front are trailing zeros of the word, and the other way round.
        var wholeDigits = Digits - scale;
        var leading = Math.Min(BitOperations.TrailingZeroCount(digits) / 8, wholeDigits - 1);
        var whole = wholeDigits - leading;
        if (scale == MaxScale)
        {
            destination[0] = (byte)'0';
            whole = 1;
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination, text >> (leading * 8));
        }

        var fraction = scale - Math.Min(BitOperations.LeadingZeroCount(digits) / 8, scale);
        if (fraction == 0)
            return whole;
        destination[whole] = (byte)'.';
        BinaryPrimitives.WriteUInt64LittleEndian(destination[(whole + 1)..], text >> (wholeDigits * 8));
        return whole + 1 + fraction;
    }

    /// <summary>Eight decimal digits, one a byte, the first in the lowest byte.</summary>
    internal static ulong Spread(uint value)
    {
        // Two halves of four digits side by side, then four pairs, then eight digits; each division is a multiplication that is exact in its range.
        var (high, low) = Math.DivRem(value, 10_000);
        var halves = high | ((ulong)low << 32);
        var hundreds = ((halves * 10_486) >> 20) & 0x0000_007F_0000_007F;
        var pairs = hundreds + ((halves - (100 * hundreds)) << 16);
        var tens = ((pairs * 103) >> 10) & 0x000F_000F_000F_000F;
        return tens + ((pairs - (10 * tens)) << 8);
    }
}
