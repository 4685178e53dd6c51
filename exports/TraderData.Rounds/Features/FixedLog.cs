namespace TraderData.Rounds;

/// <summary>
/// The natural logarithm in operations that IEEE 754 defines to the bit, so that every machine gives the same: libraries and processors differ in theirs.
/// The method and the constants are fdlibm's <c>e_log.c</c> (Sun Microsystems, 1993); its error is below one unit in the last place.
/// </summary>
internal static class FixedLog
{
    private const double Ln2High = 6.93147180369123816490e-01;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double TwoPow54 = 1.80143985094819840000e+16;
    private const double Lg1 = 6.666666666666735130e-01;
    private const double Lg2 = 3.999999999940941908e-01;
    private const double Lg3 = 2.857142874366239149e-01;
    private const double Lg4 = 2.222219843214978396e-01;
    private const double Lg5 = 1.818357216161805012e-01;
    private const double Lg6 = 1.531383769920937332e-01;
    private const double Lg7 = 1.479819860511658591e-01;

    /// <summary>ln x. NaN for what is negative or NaN, −∞ for zero.</summary>
    public static double Of(double x)
    {
        if (x <= 0 || !double.IsFinite(x))
            return x == 0 ? double.NegativeInfinity : x > 0 ? x : double.NaN;
        var exponent = 0;
        if (!double.IsNormal(x))
            (x, exponent) = (x * TwoPow54, -54);
        var bits = BitConverter.DoubleToUInt64Bits(x);
        var high = (int)(bits >> 32);
        exponent += (high >> 20) - 1023;
        high &= 0x000fffff;
        // x = 2^exponent × (1 + f), √2/2 < 1 + f < √2.
        var step = (high + 0x95f64) & 0x100000;
        exponent += step >> 20;
        var f = BitConverter.UInt64BitsToDouble(((ulong)(uint)(high | (step ^ 0x3ff00000)) << 32) | (uint)bits) - 1.0;
        double k = exponent;
        if ((0x000fffff & (2 + high)) < 3)
            return OfNearOne(f, k);
        var s = f / (2.0 + f);
        var z = s * s;
        var w = z * z;
        var r = (z * (Lg1 + (w * (Lg3 + (w * (Lg5 + (w * Lg7))))))) + (w * (Lg2 + (w * (Lg4 + (w * Lg6)))));
        if (((high - 0x6147a) | (0x6b851 - high)) > 0)
        {
            var half = 0.5 * f * f;
            return exponent == 0 ? f - (half - (s * (half + r))) : (k * Ln2High) - ((half - ((s * (half + r)) + (k * Ln2Low))) - f);
        }

        return exponent == 0 ? f - (s * (f - r)) : (k * Ln2High) - (((s * (f - r)) - (k * Ln2Low)) - f);
    }

    private static double OfNearOne(double f, double k)
    {
        if (f == 0)
            return k == 0 ? 0 : (k * Ln2High) + (k * Ln2Low);
        var r = f * f * (0.5 - (0.33333333333333333 * f));
        return k == 0 ? f - r : (k * Ln2High) - ((r - (k * Ln2Low)) - f);
    }
}
