namespace TraderData.Rounds;

/// <summary><c>atr_14</c>: Wilder's average true range (New Concepts in Technical Trading Systems, 1978).</summary>
internal sealed class AverageTrueRange : Feature
{
    private const int Bars = 14;

    public static readonly FeatureDefinition Definition =
        new("atr_14", "quote currency", Bars + 1, "Average true range over 14 bars, Wilder's smoothing", () => new AverageTrueRange());

    private readonly WilderAverage _average = new(Bars);
    private double _close = double.NaN;

    public override void Begin()
    {
        _close = double.NaN;
        _average.Begin();
    }

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var (high, low) = (bars.Highs[bars.History + i], bars.Lows[bars.History + i]);
            values[i] = double.IsNaN(_close)
                ? double.NaN
                : _average.Next(Math.Max(high - low, Math.Max(Math.Abs(high - _close), Math.Abs(low - _close))));
            _close = bars.Closes[bars.History + i];
        }
    }
}
