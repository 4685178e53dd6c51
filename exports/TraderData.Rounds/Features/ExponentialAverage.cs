namespace TraderData.Rounds;

/// <summary>An exponential moving average with α = 2 / (n + 1) that begins with the mean of the first n values.</summary>
internal sealed class ExponentialAverage(int length)
{
    private readonly double _alpha = 2.0 / (length + 1);
    private int _count;
    private double _value;

    public void Begin() => (_count, _value) = (0, 0);

    /// <summary>Takes a value.</summary>
    /// <returns>The average; NaN before there are n values.</returns>
    public double Next(double value)
    {
        if (_count < length)
        {
            _value += value;
            if (++_count < length)
                return double.NaN;
            _value /= length;
        }
        else
        {
            _value += _alpha * (value - _value);
        }

        return _value;
    }
}

/// <summary><c>ema_20</c>: the exponential moving average of the close.</summary>
internal sealed class CloseAverage : Feature
{
    private const int Bars = 20;

    public static readonly FeatureDefinition Definition =
        new("ema_20", "quote currency", Bars, "Exponential moving average of the close, 20 bars", () => new CloseAverage());

    private readonly ExponentialAverage _average = new(Bars);

    public override void Begin() => _average.Begin();

    public override void Compute(in BarSlab bars, Span<double> values)
    {
        for (var i = 0; i < values.Length; i++)
            values[i] = _average.Next(bars.Closes[bars.History + i]);
    }
}
