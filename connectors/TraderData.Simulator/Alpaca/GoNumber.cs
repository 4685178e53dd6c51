using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>
/// Numbers as Go's <c>encoding/json</c> writes them, which Alpaca's wire shows: the shortest digits, and an exponent for what is below 10^−6:
/// <c>193</c>, <c>3376.3001</c>, <c>8.9e-7</c>.
/// </summary>
internal static class GoNumber
{
    // Go turns to an exponent where the first digit stands behind six places.
    private const int LastPlainPlace = 6;

    /// <summary>Writes mantissa × 10^−scale, not negative.</summary>
    /// <returns>How many bytes were written, 24 at most.</returns>
    public static int Write(Int128 mantissa, int scale, Span<byte> destination)
    {
        for (; scale > 0 && mantissa % 10 == 0; scale--)
            mantissa /= 10;
        if (scale == 0)
            return Utf8Digits.Write((ulong)mantissa, destination);
        var digits = Utf8Digits.Count((ulong)mantissa);
        if (scale - digits + 1 > LastPlainPlace)
            return WriteExponent((ulong)mantissa, digits, scale, destination);
        var (whole, fraction) = UInt128.DivRem((UInt128)mantissa, (UInt128)PowersOfTen.At(scale));
        var end = Utf8Digits.Write((ulong)whole, destination);
        destination[end++] = (byte)'.';
        Utf8Digits.WritePadded((ulong)fraction, destination.Slice(end, scale));
        return end + scale;
    }

    private static int WriteExponent(ulong mantissa, int digits, int scale, Span<byte> destination)
    {
        var (first, rest) = Math.DivRem(mantissa, (ulong)PowersOfTen.At(digits - 1));
        var end = Utf8Digits.Write(first, destination);
        if (digits > 1)
        {
            destination[end++] = (byte)'.';
            Utf8Digits.WritePadded(rest, destination.Slice(end, digits - 1));
            end += digits - 1;
        }

        "e-"u8.CopyTo(destination[end..]);
        end += 2;
        return end + Utf8Digits.Write((ulong)(scale - digits + 1), destination[end..]);
    }
}
