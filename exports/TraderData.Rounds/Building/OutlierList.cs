namespace TraderData.Rounds;

/// <summary>A bar whose close jumped.</summary>
/// <param name="TimeMs">Its opening time, Unix milliseconds UTC.</param>
/// <param name="LogReturn">From the close before.</param>
/// <param name="Multiple">How many times the root mean square of the 20 returns before.</param>
internal readonly record struct Outlier(long TimeMs, double LogReturn, double Multiple);

/// <summary>Finds the outliers of one series. They stay in the round: whether to use them is for the trainer to say.</summary>
internal sealed class OutlierList
{
    /// <summary>The rule, for people.</summary>
    public const string Rule =
        "a bar is an outlier when its log return is 0.01 or more either way, and at least 10 times the root mean square of the 20 log returns before it in the same run without a gap";

    /// <summary>The most that are listed one by one; all are counted.</summary>
    public const int MaxListed = 20;

    private const double LeastReturn = 0.01;
    private const double LeastMultiple = 10;

    private static readonly double s_root = Math.Sqrt(RealisedVolatility.Returns);

    public long Count { get; private set; }

    public List<Outlier> Listed { get; } = [];

    /// <summary>Looks at the next bars of a run.</summary>
    /// <param name="times">Opening times.</param>
    /// <param name="returns">Log returns; NaN for none.</param>
    /// <param name="before">The realised volatility of the bar before the first; NaN for none.</param>
    /// <param name="volatilities">Those of the bars.</param>
    public void Look(ReadOnlySpan<long> times, ReadOnlySpan<double> returns, double before, ReadOnlySpan<double> volatilities)
    {
        for (var i = 0; i < times.Length; i++)
        {
            var size = Math.Abs(returns[i]);
            if (size < LeastReturn || double.IsNaN(size))
                continue;
            var multiple = size / ((i == 0 ? before : volatilities[i - 1]) / s_root);
            if (!(multiple >= LeastMultiple) || double.IsInfinity(multiple))
                continue;
            Count++;
            if (Listed.Count < MaxListed)
                Listed.Add(new Outlier(times[i], returns[i], multiple));
        }
    }
}
