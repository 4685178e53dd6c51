namespace TraderData.Core;

/// <summary>10^0 to 10^18, and the change of scale that they make.</summary>
public static class PowersOfTen
{
    private static ReadOnlySpan<long> Values =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];

    /// <summary>10^<paramref name="exponent"/>, for 0 to 18.</summary>
    public static long At(int exponent) => Values[exponent];

    /// <summary>Moves a mantissa from one scale to another, exactly.</summary>
    /// <returns>False when digits would be lost, or the result passes ±<see cref="ScaledDecimal.MaxMantissa"/>.</returns>
    public static bool TryRescale(long mantissa, int fromScale, int toScale, out long rescaled)
    {
        if (toScale >= fromScale)
            return TryMultiply(mantissa, toScale - fromScale, out rescaled);
        (rescaled, var remainder) = Math.DivRem(mantissa, At(fromScale - toScale));
        return remainder == 0;
    }

    /// <summary>mantissa × 10^<paramref name="exponent"/>.</summary>
    /// <returns>False when the result passes ±<see cref="ScaledDecimal.MaxMantissa"/>.</returns>
    public static bool TryMultiply(long mantissa, int exponent, out long product)
    {
        var power = Values[exponent];
        var high = Math.BigMul(mantissa, power, out product);
        return high == product >> 63 && product is >= -ScaledDecimal.MaxMantissa and <= ScaledDecimal.MaxMantissa;
    }
}
