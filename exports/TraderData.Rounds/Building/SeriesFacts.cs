using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>What was found in a series before its rows are written.</summary>
/// <param name="Reading">How it is read.</param>
/// <param name="Coverage">What of the round's range it holds.</param>
/// <param name="Prices">The digits of its prices.</param>
/// <param name="Volumes">The digits of its volumes.</param>
/// <param name="Span">Opening times of the first and the last bar that goes into the round, Unix milliseconds UTC.</param>
/// <param name="Rows">How many bars go into the round.</param>
/// <param name="Restatements">How many of its bars' values were replaced by others until the round's time.</param>
/// <param name="UnknownVolumes">How many bars lack a volume.</param>
internal sealed record SeriesFacts(
    SeriesReading Reading, Coverage Coverage, DigitScan Prices, DigitScan Volumes, (long FirstMs, long LastMs) Span, long Rows, long Restatements, long UnknownVolumes)
{
    public Series Series => Reading.Series;

    public Provenance Provenance => Reading.Held.Provenance;

    /// <summary>True to leave out bars that were made of only a part of the finer ones. Of stocks a minute without a trade is no lack.</summary>
    public static bool CompleteOnly(SeriesReading reading) => reading.Held.Provenance.AssetClass != AssetClass.Stock;
}

/// <summary>How many digits numbers have: behind the point at least, and before it at most.</summary>
internal sealed class DigitScan
{
    private static readonly Int128[] s_powers = [.. Enumerable.Range(0, ScaledDecimal.MaxScale + 1).Select(PowerOf)];

    private Int128 _greatest;

    /// <summary>The least scale that holds every number so far.</summary>
    public int Scale { get; private set; }

    /// <summary>Looks at a column; <see cref="BarBlock.Missing"/> is passed over.</summary>
    public void Look(ReadOnlySpan<long> mantissas, int scale)
    {
        var greatest = 0L;
        foreach (var mantissa in mantissas)
        {
            if (mantissa == BarBlock.Missing)
                continue;
            greatest = Math.Max(greatest, Math.Abs(mantissa));
            while (Scale < scale && mantissa % (long)s_powers[scale - Scale] != 0)
                Scale++;
        }

        _greatest = Int128.Max(_greatest, greatest * s_powers[ScaledDecimal.MaxScale - scale]);
    }

    /// <summary>True when every number can be held with so many digits behind the point and 18 in all.</summary>
    public bool FitsAt(int scale) => _greatest / s_powers[ScaledDecimal.MaxScale - scale] <= ScaledDecimal.MaxMantissa;

    private static Int128 PowerOf(int exponent) => exponent == 0 ? 1 : 10 * PowerOf(exponent - 1);
}
