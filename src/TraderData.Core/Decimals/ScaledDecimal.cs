using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace TraderData.Core;

/// <summary>
/// An exact decimal: <see cref="Mantissa"/> × 10^−<see cref="Scale"/>. At most 18 digits, the most that a Parquet INT64 DECIMAL holds.
/// Two values are equal when they are the same number: 1.5 equals 1.50.
/// </summary>
public readonly struct ScaledDecimal : IEquatable<ScaledDecimal>, IComparable<ScaledDecimal>
{
    /// <summary>The greatest scale, and the greatest number of digits.</summary>
    public const int MaxScale = 18;

    /// <summary>The greatest mantissa: eighteen nines. The least is its negative.</summary>
    public const long MaxMantissa = 999_999_999_999_999_999;

    /// <summary>Makes a value from its parts, kept as they are.</summary>
    /// <param name="mantissa">The digits with their sign, within ±<see cref="MaxMantissa"/>.</param>
    /// <param name="scale">How many of the digits stand behind the point, 0 to 18.</param>
    /// <exception cref="ArgumentOutOfRangeException">A part is out of its range.</exception>
    public ScaledDecimal(long mantissa, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, MaxScale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mantissa, MaxMantissa);
        ArgumentOutOfRangeException.ThrowIfLessThan(mantissa, -MaxMantissa);
        Mantissa = mantissa;
        Scale = scale;
    }

    /// <summary>The digits with their sign.</summary>
    public long Mantissa { get; }

    /// <summary>How many of the digits stand behind the point.</summary>
    public int Scale { get; }

    /// <summary>True when both are the same number.</summary>
    public static bool operator ==(ScaledDecimal left, ScaledDecimal right) => left.Equals(right);

    /// <summary>True when they are different numbers.</summary>
    public static bool operator !=(ScaledDecimal left, ScaledDecimal right) => !left.Equals(right);

    /// <summary>True when the left number is less.</summary>
    public static bool operator <(ScaledDecimal left, ScaledDecimal right) => left.CompareTo(right) < 0;

    /// <summary>True when the left number is greater.</summary>
    public static bool operator >(ScaledDecimal left, ScaledDecimal right) => left.CompareTo(right) > 0;

    /// <summary>True when the left number is less or the same.</summary>
    public static bool operator <=(ScaledDecimal left, ScaledDecimal right) => left.CompareTo(right) <= 0;

    /// <summary>True when the left number is greater or the same.</summary>
    public static bool operator >=(ScaledDecimal left, ScaledDecimal right) => left.CompareTo(right) >= 0;

    /// <summary>Takes a <see cref="decimal"/> exactly.</summary>
    /// <exception cref="OverflowException">It has more than 18 digits, trailing zeros apart.</exception>
    public static ScaledDecimal FromDecimal(decimal value)
    {
        Span<byte> text = stackalloc byte[40];
        _ = value.TryFormat(text, out var written, "G", CultureInfo.InvariantCulture);
        return Utf8Decimal.Parse(text[..written], out var parsed) == DecimalParse.Ok
            ? parsed
            : throw new OverflowException($"{value.ToString(CultureInfo.InvariantCulture)} has more than {MaxScale} digits");
    }

    /// <summary>The same number with the least scale: no trailing zeros behind the point.</summary>
    public ScaledDecimal Normalize()
    {
        var (mantissa, scale) = (Mantissa, Scale);
        while (scale > 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            scale--;
        }

        return new ScaledDecimal(mantissa, scale);
    }

    /// <summary>The mantissa of the same number at another scale.</summary>
    /// <returns>False when the number has digits behind that scale, or does not fit at it.</returns>
    public bool TryRescale(int scale, out long mantissa) => PowersOfTen.TryRescale(Mantissa, Scale, scale, out mantissa);

    /// <summary>The same number as a <see cref="decimal"/>, exactly, with this scale.</summary>
    public decimal ToDecimal()
    {
        var magnitude = (ulong)Math.Abs(Mantissa);
        return new decimal((int)magnitude, (int)(magnitude >> 32), 0, Mantissa < 0, (byte)Scale);
    }

    /// <inheritdoc/>
    public int CompareTo(ScaledDecimal other)
    {
        if (Scale == other.Scale)
            return Mantissa.CompareTo(other.Mantissa);
        return Scale < other.Scale
            ? CompareScaled(Mantissa, other.Scale - Scale, other.Mantissa)
            : -CompareScaled(other.Mantissa, Scale - other.Scale, Mantissa);
    }

    // What passes eighteen digits once it is scaled is farther from zero than any mantissa, so that its sign decides.
    private static int CompareScaled(long mantissa, int power, long other) =>
        PowersOfTen.TryMultiply(mantissa, power, out var scaled) ? scaled.CompareTo(other) : Math.Sign(mantissa);

    /// <inheritdoc/>
    public bool Equals(ScaledDecimal other) => CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is ScaledDecimal other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var normal = Normalize();
        return HashCode.Combine(normal.Mantissa, normal.Scale);
    }

    /// <summary>The digits, without trailing zeros behind the point: <c>42150.5</c>.</summary>
    public override string ToString()
    {
        Span<byte> text = stackalloc byte[Utf8Decimal.MaxLength];
        return Encoding.ASCII.GetString(text[..Utf8Decimal.Format(Mantissa, Scale, text)]);
    }
}
