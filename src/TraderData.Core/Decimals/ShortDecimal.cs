using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    internal const ulong Zeros = 0x3030_3030_3030_3030;
    private const ulong PointAndZeros = Zeros - '0' + '.';

    /// <summary>Writes a number without trailing zeros behind the point.</summary>
    /// <param name="mantissa">Below <see cref="Limit"/>.</param>
    /// <param name="scale">0 to <see cref="MaxScale"/>.</param>
    /// <param name="destination">At least <see cref="Utf8Decimal.MaxLength"/> bytes; those behind the text are overwritten too.</param>
    /// <returns>How many bytes the text has.</returns>
    public static int Write(uint mantissa, int scale, Span<byte> destination)
    {
        var digits = Spread(mantissa);
        if (scale < MaxScale)
            return Put(digits, scale, ref destination[..Utf8Decimal.MaxLength][0]);
        // No digit stands before the point.
        "0."u8.CopyTo(destination);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[2..], digits + Zeros);
        return digits == 0 ? 1 : 2 + MaxScale - (BitOperations.LeadingZeroCount(digits) / 8);
    }

    /// <summary>Writes digits that <see cref="Spread(uint)"/> made, without trailing zeros behind the point and without a branch.</summary>
    /// <param name="digits">The digits.</param>
    /// <param name="scale">0 to <see cref="MaxScale"/> − 1: a digit stands before the point.</param>
    /// <param name="destination">The first of 17 bytes; those behind the text are overwritten too.</param>
    /// <returns>How many bytes the text has.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Put(ulong digits, int scale, ref byte destination)
    {
        // The first digit is the lowest byte: zeros in front are trailing zeros of the word, and the other way round. All but one whole digit may be left out.
        var mostLeading = (MaxScale - 1 - scale) * 8;
        var leading = Math.Min(BitOperations.TrailingZeroCount(digits) & ~7, mostLeading);
        Unsafe.WriteUnaligned(ref destination, (digits + Zeros) >> leading);
        var whole = 1 + ((mostLeading - leading) >>> 3);

        // The last whole digit gives its place to the point. Without a digit behind it, the point does not count either.
        var fraction = (digits >> mostLeading) & ~0xFFUL;
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, whole), fraction + PointAndZeros);
        return whole + sizeof(ulong) - (BitOperations.LeadingZeroCount(fraction) >>> 3);
    }

    /// <summary>The digits of four numbers below <see cref="Limit"/>, each as <see cref="Spread(uint)"/> gives them. Needs AVX2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<ulong> Spread(Vector256<ulong> values)
    {
        // 3518437209 / 2^45 is 1 / 10^4, exact for all numbers below 10^8.
        var high = Vector256.ShiftRightLogical(Avx2.Multiply(values.AsUInt32(), Vector256.Create(3_518_437_209UL).AsUInt32()), 45);
        var low = values - Avx2.Multiply(high.AsUInt32(), Vector256.Create(10_000UL).AsUInt32());
        var halves = (high | Vector256.ShiftLeft(low, 32)).AsUInt32();
        var hundreds = Vector256.ShiftRightLogical(halves * 10_486u, 20);
        var pairs = (hundreds + Vector256.ShiftLeft(halves - (hundreds * 100u), 16)).AsUInt16();
        var tens = Vector256.ShiftRightLogical(pairs * 103, 10);
        return (tens + Vector256.ShiftLeft(pairs - (tens * 10), 8)).AsUInt64();
    }

    /// <summary>Eight decimal digits, one a byte, the first in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
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
