namespace TraderData.Rounds;

/// <summary><c>rsi_14</c>: Wilder's relative strength index (New Concepts in Technical Trading Systems, 1978). None while nothing moved.</summary>
internal sealed class RelativeStrengthIndex : Feature
{
    private const int Bars = 14;

    public static readonly FeatureDefinition Definition =
        new("rsi_14", "0 to 100", Bars + 1, "Relative strength index over 14 bars, Wilder's smoothing", () => new RelativeStrengthIndex());

    private readonly WilderAverage _gain = new(Bars);
    private readonly WilderAverage _loss = new(Bars);
    private double _close = double.NaN;

    public override void Begin()
    {
        _close = double.NaN;
        _gain.Begin();
        _loss.Begin();
    }

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var close = bars.Closes[bars.History + i];
            values[i] = double.IsNaN(_close) ? double.NaN : Next(close - _close);
            _close = close;
        }
    }

    private double Next(double change)
    {
        var (gain, loss) = (_gain.Next(Math.Max(change, 0)), _loss.Next(Math.Max(-change, 0)));
        return 100 * gain / (gain + loss);
    }
}
