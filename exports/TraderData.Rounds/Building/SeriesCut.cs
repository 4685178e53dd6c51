using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>
/// Cuts one series into the splits. Runs, and with them features and labels, end at each border. In front of validation and test the embargo is left out; behind
/// train and validation as many bars as the longest label looks ahead; and a bar that lies across a border is in no split.
/// </summary>
internal sealed class SeriesCut
{
    private readonly RoundSpec _spec;
    private readonly Series _series;
    private readonly RoundOutputs _outputs;
    private readonly FeatureColumns _features;
    private readonly Continuity _continuity;
    private readonly SeriesRows _rows;
    private int _split = -1;
    private int _run;
    private long _lastMs;
    private long _emitted;

    /// <summary>Begins a series.</summary>
    /// <param name="spec">The round.</param>
    /// <param name="series">The series.</param>
    /// <param name="assetClass">What is traded.</param>
    /// <param name="outputs">Take the rows.</param>
    /// <param name="rows">Holds them for a while; taken over from the series before.</param>
    /// <param name="outliers">Takes the outliers.</param>
    public SeriesCut(RoundSpec spec, Series series, AssetClass assetClass, RoundOutputs outputs, SeriesRows rows, OutlierList outliers)
    {
        (_spec, _series, _outputs, _rows) = (spec, series, outputs, rows);
        _features = new FeatureColumns(outputs.Layout.Features, outliers);
        _continuity = new Continuity(series.Timeframe, assetClass);
    }

    /// <summary>How many rows <see cref="SeriesRows"/> must have room for.</summary>
    public static int CapacityFor(RoundSpec spec) => FeatureColumns.MaxBars + spec.PurgeBars + 1;

    // Behind the rows whose fate is open there may be one bar that lies across the border.
    private int Held => (HasLabels ? _spec.PurgeBars : 0) + 1;

    private bool HasLabels => _split < 2;

    /// <summary>Takes the next bars, ascending, all of the series at one scale of prices and one of volumes.</summary>
    public void Push(BarBlock block)
    {
        for (var split = 0; split < _spec.Splits.Ranges.Count; split++)
        {
            var bars = block.Between(_spec.Splits.Ranges[split]);
            if (bars.Count == 0)
                continue;
            if (split != _split)
                Begin(split);
            PushRuns(bars);
        }
    }

    /// <summary>Hands over what is left.</summary>
    public void Finish()
    {
        if (_split >= 0)
            End();
        _outputs.EndSeries();
    }

    private void Begin(int split)
    {
        if (_split >= 0)
            End();
        (_split, _emitted) = (split, 0);
        _rows.Begin(_series);
    }

    private void PushRuns(BarBlock bars)
    {
        while (bars.Count > 0)
        {
            if ((_rows.Count == 0 && _emitted == 0) || !_continuity.Follows(_lastMs, bars.FirstMs))
            {
                _run++;
                _features.Begin();
            }

            var run = bars.Slice(0, _continuity.RunLength(bars.Times));
            PushRun(run);
            _lastMs = run.LastMs;
            bars = bars.Slice(run.Count, bars.Count - run.Count);
        }
    }

    private void PushRun(BarBlock run)
    {
        while (run.Count > 0)
        {
            if (_rows.Room == 0)
                Emit(_rows.Count - Held, isKept: true);
            var bars = run.Slice(0, Math.Min(Math.Min(run.Count, _rows.Room), FeatureColumns.MaxBars));
            var at = _rows.Count;
            _rows.Add(bars, _run);
            _features.Compute(bars, _rows.Features, at);
            run = run.Slice(bars.Count, run.Count - bars.Count);
        }
    }

    private void End()
    {
        var isAcross = _rows.Count > 0 && _rows.Times[_rows.Count - 1] + _series.Timeframe.DurationMs > _spec.Splits.Ranges[_split].EndMs;
        var inside = _rows.Count - (isAcross ? 1 : 0);
        Emit(Math.Max(0, inside - (HasLabels ? _spec.PurgeBars : 0)), isKept: true);
        Emit(_rows.Count, isKept: false);
    }

    private void Emit(int count, bool isKept)
    {
        if (count == 0)
            return;
        var embargoed = _split == 0 ? 0 : (int)Math.Clamp(_spec.EmbargoBars - _emitted, 0, count);
        if (isKept && HasLabels)
            ForwardReturns.Fill(_rows, count, _spec.Horizons);
        _outputs.Append(_rows, 0, isKept ? embargoed : count, split: null);
        if (isKept)
            _outputs.Append(_rows, embargoed, count - embargoed, _split);
        _emitted += count;
        _rows.Remove(count);
    }
}
