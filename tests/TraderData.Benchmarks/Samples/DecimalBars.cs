using TraderData.Core;

namespace TraderData.Benchmarks;

/// <summary>The same bars as a program holds them that uses <see cref="decimal"/>: no trailing zeros, so that both write the same text.</summary>
internal sealed record DecimalBars(long[] Times, decimal[] Opens, decimal[] Highs, decimal[] Lows, decimal[] Closes, decimal[] Volumes, long[] Trades)
{
    public static DecimalBars Of(BarBlock block)
    {
        var bars = Enumerable.Range(0, block.Count).Select(block.At).ToArray();
        return new DecimalBars(
            block.Times.ToArray(), Column(bars, b => b.Open), Column(bars, b => b.High), Column(bars, b => b.Low), Column(bars, b => b.Close),
            Column(bars, b => b.Volume!.Value), [.. bars.Select(b => b.Trades ?? 0)]);
    }

    private static decimal[] Column(Bar[] bars, Func<Bar, ScaledDecimal> column) => [.. bars.Select(b => column(b).Normalize().ToDecimal())];
}
