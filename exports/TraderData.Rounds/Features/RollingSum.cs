using System.Numerics.Tensors;

namespace TraderData.Rounds;

/// <summary>Sums over a window that moves bar by bar, each added from its oldest value to its newest.</summary>
internal static class RollingSum
{
    /// <summary>Sums of <paramref name="window"/> values each.</summary>
    /// <param name="values">As many as there are sums, and <paramref name="window"/> − 1 more.</param>
    /// <param name="window">1 or more.</param>
    /// <param name="sums">The sums; the first is of the first values.</param>
    public static void Of(ReadOnlySpan<double> values, int window, Span<double> sums)
    {
        values[..sums.Length].CopyTo(sums);
        for (var i = 1; i < window; i++)
            TensorPrimitives.Add(sums, values.Slice(i, sums.Length), sums);
    }

    /// <summary>The new bars whose whole window is there; NaN is written to those before them.</summary>
    /// <returns>The index of the first among the new bars.</returns>
    public static int FirstFull(in BarSlab bars, int window, Span<double> values)
    {
        var first = Math.Clamp(window - 1 - bars.History, 0, bars.Count);
        values[..first].Fill(double.NaN);
        return first;
    }
}
