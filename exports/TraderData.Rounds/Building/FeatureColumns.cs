using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>Computes the features of one series, and looks for outliers on the way. What it keeps of earlier bars is the same for a series of any length.</summary>
internal sealed class FeatureColumns(IReadOnlyList<FeatureDefinition> definitions, OutlierList outliers)
{
    /// <summary>The most bars that are given at once.</summary>
    public const int MaxBars = 16_384;

    private readonly Feature[] _features = [.. definitions.Select(d => d.Create())];
    private readonly RealisedVolatility _volatility = new();
    private readonly double[] _highs = new double[BarSlab.MaxHistory + MaxBars];
    private readonly double[] _lows = new double[BarSlab.MaxHistory + MaxBars];
    private readonly double[] _closes = new double[BarSlab.MaxHistory + MaxBars];
    private readonly double[] _volumes = new double[BarSlab.MaxHistory + MaxBars];
    private readonly double[] _returns = new double[BarSlab.MaxHistory + MaxBars];
    private readonly double[] _volatilities = new double[MaxBars];
    private double _lastVolatility = double.NaN;
    private int _history;

    /// <summary>Begins a run of bars without a gap.</summary>
    public void Begin()
    {
        (_history, _lastVolatility) = (0, double.NaN);
        foreach (var feature in _features)
            feature.Begin();
    }

    /// <summary>Computes the features of the next bars of the run.</summary>
    /// <param name="bars">The bars, <see cref="MaxBars"/> at most.</param>
    /// <param name="values">By feature the values of a split; those of the bars are written from <paramref name="at"/> on.</param>
    /// <param name="at">The row of the first bar.</param>
    public void Compute(BarBlock bars, double[][] values, int at)
    {
        var slab = SlabOf(bars);
        for (var i = 0; i < _features.Length; i++)
        {
            var column = values[i].AsSpan(at, bars.Count);
            _features[i].Compute(slab, column);
            foreach (ref var value in column)
                value = double.IsFinite(value) ? value : double.NaN;
        }

        var volatilities = _volatilities.AsSpan(0, bars.Count);
        _volatility.Compute(slab, volatilities);
        outliers.Look(bars.Times, slab.Returns[_history..], _lastVolatility, volatilities);
        _lastVolatility = volatilities[^1];
        Keep(bars.Count);
    }

    private BarSlab SlabOf(BarBlock bars)
    {
        var count = bars.Count;
        PriceDoubles.Of(bars.Highs, bars.PriceScale, _highs.AsSpan(_history, count));
        PriceDoubles.Of(bars.Lows, bars.PriceScale, _lows.AsSpan(_history, count));
        PriceDoubles.Of(bars.Closes, bars.PriceScale, _closes.AsSpan(_history, count));
        PriceDoubles.Of(bars.Volumes, bars.VolumeScale, _volumes.AsSpan(_history, count));
        for (var i = _history; i < _history + count; i++)
            _returns[i] = i == 0 ? double.NaN : FixedLog.Of(_closes[i] / _closes[i - 1]);
        var all = _history + count;
        return new BarSlab(
            _history, bars.Times, _highs.AsSpan(0, all), _lows.AsSpan(0, all), _closes.AsSpan(0, all), _volumes.AsSpan(0, all), _returns.AsSpan(0, all));
    }

    private void Keep(int count)
    {
        var all = _history + count;
        var kept = Math.Min(all, BarSlab.MaxHistory);
        foreach (var column in (double[][])[_highs, _lows, _closes, _volumes, _returns])
            Array.Copy(column, all - kept, column, 0, kept);
        _history = kept;
    }
}
