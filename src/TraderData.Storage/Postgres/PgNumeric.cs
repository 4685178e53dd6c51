using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// The binary form of Postgres' <c>numeric</c> (numeric_send and numeric_recv in numeric.c): number of digits, weight of the first, sign and
/// display scale, two bytes each; then the digits in base 10,000, two bytes each. Big endian, no zero digit at either end.
/// </summary>
internal static class PgNumeric
{
    /// <summary>The most bytes that <see cref="Write"/> writes: the head and six digits, as many as eighteen decimal ones can touch.</summary>
    public const int MaxLength = HeadLength + (MostDigits * 2);

    private const int HeadLength = 8;
    private const uint Base = 10_000;
    private const ushort Positive = 0x0000;
    private const ushort Negative = 0x4000;

    // Seven digits in base 10,000, none of them zero at the ends, are 22 decimal ones or more.
    private const int MostDigits = 6;

    // Eighteen decimal digits before the point, or behind it, touch five digits.
    private const int SideDigits = 5;

    /// <summary>Writes a number with the least display scale that shows it.</summary>
    /// <returns>How many bytes were written.</returns>
    public static int Write(long mantissa, int scale, Span<byte> destination)
    {
        var (whole, fraction) = Math.DivRem((ulong)Math.Abs(mantissa), (ulong)PowersOfTen.At(scale));
        Span<ushort> digits = stackalloc ushort[2 * SideDigits];
        var first = SideDigits;
        for (; whole != 0; first--)
        {
            var rest = whole / Base;
            digits[first - 1] = (ushort)(whole - (rest * Base));
            whole = rest;
        }

        var end = fraction == 0 ? SideDigits : PutFraction(fraction, scale, digits);
        while (first < end && digits[first] == 0)
            first++;
        while (end > first && digits[end - 1] == 0)
            end--;
        var count = end - first;
        WriteHead(destination, count, count == 0 ? 0 : SideDigits - 1 - first, mantissa < 0 ? Negative : Positive, DisplayScale(digits, end));
        for (var i = 0; i < count; i++)
            BinaryPrimitives.WriteUInt16BigEndian(destination[(HeadLength + (i * 2))..], digits[first + i]);
        return HeadLength + (count * 2);
    }

    /// <summary>Reads a number, with the least scale that holds it.</summary>
    /// <returns>False when it is NaN, infinite, or has more than eighteen digits, trailing zeros apart; see <see cref="Text"/>.</returns>
    /// <exception cref="InvalidDataException">The bytes are no numeric.</exception>
    public static bool TryRead(ReadOnlySpan<byte> source, out long mantissa, out int scale)
    {
        (mantissa, scale) = (0, 0);
        var (count, weight, sign) = ReadHead(source);
        if (sign is not (Positive or Negative) || count > MostDigits)
            return false;
        UInt128 wide = 0;
        ulong narrow = 0;
        for (var i = 0; i < Math.Min(count, 4); i++)
            narrow = (narrow * Base) + DigitAt(source, i);
        if (count > 4)
        {
            wide = narrow;
            for (var i = 4; i < count; i++)
                wide = (wide * Base) + DigitAt(source, i);
        }

        // The number is the digits × 10^power.
        var power = 4 * (weight + 1 - count);
        if (count > 4)
        {
            for (; power < 0 && wide % 10 == 0; power++)
                wide /= 10;
            if (wide > (UInt128)ScaledDecimal.MaxMantissa)
                return false;
            narrow = (ulong)wide;
        }
        else
        {
            for (; power < 0 && narrow != 0 && narrow % 10 == 0; power++)
                narrow /= 10;
        }

        mantissa = sign == Negative ? -(long)narrow : (long)narrow;
        if (mantissa == 0)
            return true;
        scale = Math.Max(-power, 0);
        return scale <= ScaledDecimal.MaxScale && power <= ScaledDecimal.MaxScale && PowersOfTen.TryMultiply(mantissa, Math.Max(power, 0), out mantissa);
    }

    /// <summary>Any number as the server prints it: for messages.</summary>
    public static string Text(ReadOnlySpan<byte> source)
    {
        var (count, weight, sign) = ReadHead(source);
        if (sign is not (Positive or Negative))
            return sign switch { 0xD000 => "Infinity", 0xF000 => "-Infinity", _ => "NaN" };
        var scale = BinaryPrimitives.ReadUInt16BigEndian(source[6..]);
        var whole = new StringBuilder();
        for (var power = (int)weight; power >= 0; power--)
            AppendDigit(whole, source, count, weight - power);
        var fraction = new StringBuilder();
        for (var power = -1; fraction.Length < scale; power--)
            AppendDigit(fraction, source, count, weight - power);
        var text = whole.ToString().TrimStart('0');
        return $"{(sign == Negative ? "-" : "")}{(text.Length == 0 ? "0" : text)}{(scale == 0 ? "" : $".{fraction.ToString(0, scale)}")}";
    }

    // Returns the index behind the last digit. Its last one is filled up with zeros to four decimal places.
    private static int PutFraction(ulong fraction, int scale, Span<ushort> digits)
    {
        var end = SideDigits + ((scale + 3) / 4);
        var i = end - 1;
        var odd = scale % 4;
        if (odd != 0)
        {
            var power = (ulong)PowersOfTen.At(odd);
            var rest = fraction / power;
            digits[i--] = (ushort)((fraction - (rest * power)) * (Base / power));
            fraction = rest;
        }

        for (; fraction != 0; i--)
        {
            var rest = fraction / Base;
            digits[i] = (ushort)(fraction - (rest * Base));
            fraction = rest;
        }

        return end;
    }

    private static int DisplayScale(ReadOnlySpan<ushort> digits, int end)
    {
        if (end <= SideDigits)
            return 0;
        var last = digits[end - 1];
        return (4 * (end - SideDigits)) - (last % 10 != 0 ? 0 : last % 100 != 0 ? 1 : last % 1_000 != 0 ? 2 : 3);
    }

    private static void WriteHead(Span<byte> destination, int count, int weight, ushort sign, int displayScale)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, (ushort)count);
        BinaryPrimitives.WriteInt16BigEndian(destination[2..], (short)weight);
        BinaryPrimitives.WriteUInt16BigEndian(destination[4..], sign);
        BinaryPrimitives.WriteUInt16BigEndian(destination[6..], (ushort)displayScale);
    }

    private static (int Count, int Weight, ushort Sign) ReadHead(ReadOnlySpan<byte> source)
    {
        if (source.Length < HeadLength)
            throw new InvalidDataException($"a numeric has at least {HeadLength} bytes, was {source.Length}");
        int count = BinaryPrimitives.ReadUInt16BigEndian(source);
        return source.Length == HeadLength + (count * 2)
            ? (count, BinaryPrimitives.ReadInt16BigEndian(source[2..]), BinaryPrimitives.ReadUInt16BigEndian(source[4..]))
            : throw new InvalidDataException($"a numeric of {count} digits has {HeadLength + (count * 2)} bytes, was {source.Length}");
    }

    private static uint DigitAt(ReadOnlySpan<byte> source, int index) => BinaryPrimitives.ReadUInt16BigEndian(source[(HeadLength + (index * 2))..]);

    private static void AppendDigit(StringBuilder text, ReadOnlySpan<byte> source, int count, int index) =>
        text.Append((index >= 0 && index < count ? DigitAt(source, index) : 0).ToString("0000", CultureInfo.InvariantCulture));
}
