using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>Exact decimals as doubles: the same number gives the same bits, at whatever scale it is held.</summary>
internal static class PriceDoubles
{
    // The greatest whole number up to which each has a double of its own.
    private const long MaxExact = 1L << 53;

    // Exact as doubles: up to 10^22 they all are.
    private static readonly double[] s_powers = [.. Enumerable.Range(0, ScaledDecimal.MaxScale + 1).Select(n => (double)(long)Math.Pow(10, n))];

    /// <summary>Converts a column; <see cref="BarBlock.Missing"/> becomes NaN.</summary>
    public static void Of(ReadOnlySpan<long> mantissas, int scale, Span<double> values)
    {
        var power = s_powers[scale];
        for (var i = 0; i < mantissas.Length; i++)
        {
            // A division of two exact numbers is rounded once.
            values[i] = mantissas[i] is >= -MaxExact and <= MaxExact ? mantissas[i] / power : OfLong(mantissas[i], scale);
        }
    }

    private static double OfLong(long mantissa, int scale)
    {
        if (mantissa == BarBlock.Missing)
            return double.NaN;
        var least = new ScaledDecimal(mantissa, scale).Normalize();
        return least.Mantissa / s_powers[least.Scale];
    }
}
