namespace TraderData.Rounds;

/// <summary>Which line of MACD.</summary>
internal enum MacdLine
{
    /// <summary>The fast average less the slow one.</summary>
    Difference,

    /// <summary>The average of the difference.</summary>
    Signal,

    /// <summary>The difference less its average.</summary>
    Histogram,
}

/// <summary>
/// <c>macd_12_26</c>, <c>macd_signal_9</c>, <c>macd_histogram</c>: moving average convergence/divergence (Appel 1979) of the close. Both averages begin with the run.
/// </summary>
internal sealed class Macd(MacdLine line) : Feature
{
    private const int Fast = 12;
    private const int Slow = 26;
    private const int SignalBars = 9;

    public static readonly FeatureDefinition Difference =
        new("macd_12_26", "quote currency", Slow, "MACD: exponential average of the close over 12 bars less that over 26", () => new Macd(MacdLine.Difference));

    public static readonly FeatureDefinition Signal =
        new("macd_signal_9", "quote currency", Slow + SignalBars - 1, "Exponential average of MACD over 9 bars", () => new Macd(MacdLine.Signal));

    public static readonly FeatureDefinition Histogram =
        new("macd_histogram", "quote currency", Slow + SignalBars - 1, "MACD less its signal", () => new Macd(MacdLine.Histogram));

    private readonly ExponentialAverage _fast = new(Fast);
    private readonly ExponentialAverage _slow = new(Slow);
    private readonly ExponentialAverage _signal = new(SignalBars);

    public override void Begin()
    {
        _fast.Begin();
        _slow.Begin();
        _signal.Begin();
    }

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = Next(bars.Closes[bars.History + i]);
    }

    private double Next(double close)
    {
        var difference = _fast.Next(close) - _slow.Next(close);
        if (double.IsNaN(difference) || line == MacdLine.Difference)
            return difference;
        var signal = _signal.Next(difference);
        return line == MacdLine.Signal ? signal : difference - signal;
    }
}
