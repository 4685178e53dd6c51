using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace TraderData.Core.Tests;

/// <summary>What a decimal text means, by a regular expression and whole numbers of any size.</summary>
internal static partial class DecimalOracle
{
    /// <summary>The result that <see cref="Utf8Decimal.Parse"/> must have for a text, and the mantissa and scale of the number.</summary>
    public static (DecimalParse Result, long Mantissa, int Scale) Read(string text)
    {
        var match = Number().Match(text);
        if (!match.Success)
            return (DecimalParse.Malformed, 0, 0);
        var fraction = match.Groups["fraction"].Value;
        var mantissa = BigInteger.Parse(match.Groups["whole"].Value + fraction, CultureInfo.InvariantCulture);
        if (mantissa.IsZero)
            return (DecimalParse.Ok, 0, 0);
        var power = (match.Groups["exponent"].Success ? BigInteger.Parse(match.Groups["exponent"].Value, CultureInfo.InvariantCulture) : 0) - fraction.Length;
        for (; mantissa % 10 == 0; mantissa /= 10)
            power++;
        if (power > 18 || power < -18)
            return (DecimalParse.TooManyDigits, 0, 0);
        if (power > 0)
            (mantissa, power) = (mantissa * BigInteger.Pow(10, (int)power), 0);
        if (mantissa > ScaledDecimal.MaxMantissa)
            return (DecimalParse.TooManyDigits, 0, 0);
        return (DecimalParse.Ok, (long)(match.Groups["sign"].Length > 0 ? -mantissa : mantissa), (int)-power);
    }

    /// <summary>The text that a number must have, by <see cref="decimal"/>.</summary>
    public static string Write(long mantissa, int scale)
    {
        var magnitude = (ulong)Math.Abs(mantissa);
        var text = new decimal((int)magnitude, (int)(magnitude >> 32), 0, mantissa < 0, (byte)scale).ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    [GeneratedRegex(@"\A(?<sign>-?)(?<whole>[0-9]+)(\.(?<fraction>[0-9]+))?([eE](?<exponent>[+-]?[0-9]+))?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex Number();
}
