namespace TraderData.Core;

/// <summary>Work on a whole column of mantissas. <see cref="BarBlock.Missing"/> passes through unchanged.</summary>
internal static class DecimalColumn
{
    /// <summary>The least scale that holds every value of a column.</summary>
    public static int LeastScale(ReadOnlySpan<long> mantissas, int scale)
    {
        // As soon as one value needs all its digits the column does: in recorded prices that is within a few values.
        var least = 0;
        foreach (var mantissa in mantissas)
        {
            if (mantissa == BarBlock.Missing || mantissa == 0)
                continue;
            while (least < scale && mantissa % PowersOfTen.At(scale - least) != 0)
                least++;
            if (least == scale)
                break;
        }

        return least;
    }

    /// <summary>A new column with the same numbers at another scale.</summary>
    /// <exception cref="OverflowException">A value does not fit, or would lose digits.</exception>
    public static long[] Rescale(ReadOnlySpan<long> mantissas, int fromScale, int toScale)
    {
        var rescaled = mantissas.ToArray();
        if (fromScale != toScale)
            RescaleInPlace(rescaled, fromScale, toScale);
        return rescaled;
    }

    /// <summary>Moves a column to another scale.</summary>
    /// <exception cref="OverflowException">A value does not fit, or would lose digits; the column is then half done.</exception>
    public static void RescaleInPlace(Span<long> mantissas, int fromScale, int toScale)
    {
        for (var i = 0; i < mantissas.Length; i++)
        {
            if (mantissas[i] == BarBlock.Missing)
                continue;
            if (!PowersOfTen.TryRescale(mantissas[i], fromScale, toScale, out var value))
            {
                throw new OverflowException(
                    $"{new ScaledDecimal(mantissas[i], fromScale)} cannot be held exactly with {toScale} digits behind the point and {ScaledDecimal.MaxScale} in all");
            }

            mantissas[i] = value;
        }
    }
}
