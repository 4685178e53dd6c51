namespace TraderData.Core;

/// <summary>What came of parsing a decimal.</summary>
public enum DecimalParse
{
    /// <summary>The number was taken, exactly.</summary>
    Ok,

    /// <summary>The text is not a decimal number.</summary>
    Malformed,

    /// <summary>The number has more than 18 digits, or more than 18 behind the point, trailing zeros apart.</summary>
    TooManyDigits,
}

/// <summary>
/// Decimal numbers as UTF-8 text. Read: <c>-?digits[.digits][(e|E)[+|-]digits]</c> (the form of JSON; leading zeros are allowed, which CSV files have).
/// Written: <c>-?digits[.digits]</c> without trailing zeros behind the point.
/// </summary>
public static class Utf8Decimal
{
    /// <summary>The most bytes that <see cref="Format"/> writes: a sign, a zero, a point and 18 digits.</summary>
    public const int MaxLength = 21;

    // Far beyond any exponent that 18 digits could use, small enough that sums of it do not overflow.
    private const int ExponentCap = 10_000;

    /// <summary>Reads the whole of <paramref name="utf8"/>, to its least scale: <c>42150.50000000</c> becomes 421505 at scale 1.</summary>
    public static DecimalParse Parse(ReadOnlySpan<byte> utf8, out ScaledDecimal value) =>
        DecimalWords.TryRead(utf8, out value) ? DecimalParse.Ok : ParseAny(utf8, out value);

    private static DecimalParse ParseAny(ReadOnlySpan<byte> utf8, out ScaledDecimal value)
    {
        value = default;
        var i = 0;
        var negative = utf8.Length > 0 && utf8[0] == '-';
        if (negative)
            i = 1;

        ulong mantissa = 0;
        int significant = 0, scale = 0, zeros = 0, digits = 0;
        var pointSeen = false;
        for (; i < utf8.Length; i++)
        {
            var digit = (uint)(utf8[i] - '0');
            if (digit > 9)
            {
                if (utf8[i] != '.' || pointSeen || digits == 0)
                    break;
                pointSeen = true;
                digits = 0;
                continue;
            }

            digits++;
            if (digit == 0)
            {
                // Zeros are held back until a digit follows: at the end of a number they only move the point.
                zeros++;
                scale += pointSeen ? 1 : 0;
                continue;
            }

            if (significant > 0)
                significant += zeros;
            significant++;
            if (significant > ScaledDecimal.MaxScale)
                return RestIsNumber(utf8[i..], pointSeen) ? DecimalParse.TooManyDigits : DecimalParse.Malformed;
            mantissa = (mantissa * (significant > 1 ? (ulong)PowersOfTen.At(zeros + 1) : 1)) + digit;
            zeros = 0;
            scale += pointSeen ? 1 : 0;
        }

        if (digits == 0)
            return DecimalParse.Malformed;
        var exponent = 0;
        if (i < utf8.Length && !TryParseExponent(utf8[i..], out exponent))
            return DecimalParse.Malformed;
        if (significant == 0)
            return DecimalParse.Ok;

        // mantissa × 10^(zeros − scale + exponent) is the number.
        return Place(negative ? -(long)mantissa : (long)mantissa, zeros - scale + exponent, out value);
    }

    /// <summary>Writes a number without trailing zeros behind the point.</summary>
    /// <param name="mantissa">The digits with their sign, within ±<see cref="ScaledDecimal.MaxMantissa"/>.</param>
    /// <param name="scale">How many of the digits stand behind the point, 0 to 18.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public static int Format(long mantissa, int scale, Span<byte> destination)
    {
        if (destination.Length < MaxLength)
            throw new ArgumentException($"destination must have {MaxLength} bytes, has {destination.Length}", nameof(destination));
        if ((ulong)mantissa < ShortDecimal.Limit && scale <= ShortDecimal.MaxScale)
            return ShortDecimal.Write((uint)mantissa, scale, destination);
        if ((ulong)mantissa < DecimalWords.Limit && scale <= DecimalWords.MaxScale && destination.Length >= DecimalWords.Room)
            return DecimalWords.Write((ulong)mantissa, scale, destination);
        var sign = 0;
        if (mantissa < 0)
        {
            destination[sign++] = (byte)'-';
            mantissa = -mantissa;
        }

        if (scale == 0)
            return sign + Utf8Digits.Write((ulong)mantissa, destination[sign..]);
        var (whole, fraction) = Math.DivRem((ulong)mantissa, (ulong)PowersOfTen.At(scale));
        var length = sign + Utf8Digits.Write(whole, destination[sign..]);
        if (fraction == 0)
            return length;
        destination[length++] = (byte)'.';
        Utf8Digits.WritePadded(fraction, destination.Slice(length, scale));
        length += scale;
        while (destination[length - 1] == '0')
            length--;
        return length;
    }

    private static DecimalParse Place(long mantissa, int power, out ScaledDecimal value)
    {
        value = default;
        if (power >= 0)
        {
            if (power > ScaledDecimal.MaxScale || !PowersOfTen.TryMultiply(mantissa, power, out var whole))
                return DecimalParse.TooManyDigits;
            value = new ScaledDecimal(whole, 0);
            return DecimalParse.Ok;
        }

        if (-power > ScaledDecimal.MaxScale)
            return DecimalParse.TooManyDigits;
        value = new ScaledDecimal(mantissa, -power);
        return DecimalParse.Ok;
    }

    private static bool RestIsNumber(ReadOnlySpan<byte> rest, bool pointSeen)
    {
        var i = 0;
        var previousIsDigit = true;
        for (; i < rest.Length; i++)
        {
            if (rest[i] == '.' && !pointSeen)
            {
                pointSeen = true;
                previousIsDigit = false;
            }
            else if (char.IsAsciiDigit((char)rest[i]))
            {
                previousIsDigit = true;
            }
            else
            {
                return previousIsDigit && TryParseExponent(rest[i..], out _);
            }
        }

        return previousIsDigit;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, out int exponent)
    {
        exponent = 0;
        if (text.Length < 2 || (text[0] | 0x20) != 'e')
            return false;
        var negative = text[1] == '-';
        var digits = text[(text[1] is (byte)'-' or (byte)'+' ? 2 : 1)..];
        foreach (var b in digits)
        {
            var digit = b - '0';
            if ((uint)digit > 9)
                return false;
            exponent = Math.Min((exponent * 10) + digit, ExponentCap);
        }

        exponent = negative ? -exponent : exponent;
        return digits.Length > 0;
    }
}
