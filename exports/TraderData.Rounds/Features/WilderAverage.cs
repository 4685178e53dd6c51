namespace TraderData.Rounds;

/// <summary>Wilder's average: the mean of the first n values, then (before × (n − 1) + value) / n.</summary>
internal sealed class WilderAverage(int length)
{
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
            _value = ((_value * (length - 1)) + value) / length;
        }

        return _value;
    }
}
