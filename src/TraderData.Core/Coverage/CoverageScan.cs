using System.Runtime.CompilerServices;

namespace TraderData.Core;

/// <summary>
/// Finds the gaps of a series while its blocks pass by. For crypto and imports every time of the grid is expected. For stocks, which have no bar
/// without a trade, only a range that was never asked of the source counts as missing.
/// </summary>
public sealed class CoverageScan
{
    /// <summary>The most gaps that are listed one by one; all are counted.</summary>
    public const int MaxGaps = 10_000;

    private readonly SeriesInfo _info;
    private readonly TimeRange _range;
    private readonly List<Gap> _gaps = [];
    private readonly bool _everyBarExpected;
    private long _rows;
    private long? _firstMs;
    private long? _lastMs;
    private long _nextMs;
    private long _gapCount;
    private long _missing;

    /// <summary>Looks at a range of a series.</summary>
    /// <param name="info">The series.</param>
    /// <param name="range">The range; bars outside must not be pushed.</param>
    public CoverageScan(SeriesInfo info, TimeRange range)
    {
        (_info, _range) = (info, range);
        _everyBarExpected = info.Provenance.AssetClass != AssetClass.Stock;
        _nextMs = info.Series.Timeframe.Ceiling(range.StartMs);
    }

    /// <summary>Reads a range of a series and tells what of it is held.</summary>
    /// <param name="store">The store.</param>
    /// <param name="info">The series.</param>
    /// <param name="range">The range; null for from its first bar to its last.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<Coverage> ReadAsync(IBarStore store, SeriesInfo info, TimeRange? range, CancellationToken cancellationToken)
    {
        var within = range ?? (info is { FirstMs: { } first, LastMs: { } last } ? new TimeRange(first, last + 1) : new TimeRange(0, 0));
        var scan = new CoverageScan(info, within);
        await foreach (var block in store.ReadAsync(info.Series, new BarQuery(within), cancellationToken).ConfigureAwait(false))
            scan.Push(block);
        return scan.Finish();
    }

    /// <summary>Passes blocks on unchanged and looks at each.</summary>
    public async IAsyncEnumerable<BarBlock> Watch(IAsyncEnumerable<BarBlock> blocks, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var block in blocks.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            Push(block);
            yield return block;
        }
    }

    /// <summary>Looks at the next block, in ascending order.</summary>
    public void Push(BarBlock block)
    {
        if (block.Count == 0)
            return;
        _firstMs ??= block.FirstMs;
        _lastMs = block.LastMs;
        _rows += block.Count;
        if (!_everyBarExpected)
            return;
        var timeframe = _info.Series.Timeframe;
        foreach (var timeMs in block.Times)
        {
            // An imported day of a session stands off the grid: it fills the day that it falls in.
            var openMs = timeMs == _nextMs ? timeMs : timeframe.Floor(timeMs);
            if (openMs > _nextMs)
                AddGap(new TimeRange(_nextMs, openMs));
            _nextMs = Math.Max(_nextMs, openMs + timeframe.DurationMs);
        }
    }

    /// <summary>The result, once every block was pushed.</summary>
    public Coverage Finish()
    {
        if (_everyBarExpected)
        {
            if (_nextMs < _range.EndMs)
                AddGap(new TimeRange(_nextMs, _range.EndMs));
        }
        else
        {
            foreach (var range in _info.Fetched.Missing(_range))
                AddGap(range);
        }

        return new Coverage(_info.Series, _range, _rows, _firstMs, _lastMs, _gaps, _gapCount, _missing);
    }

    private void AddGap(TimeRange range)
    {
        var bars = _info.Series.Timeframe.CountIn(range);
        if (bars == 0)
            return;
        _gapCount++;
        _missing += bars;
        if (_gaps.Count < MaxGaps)
            _gaps.Add(new Gap(range, bars, _info.Fetched.Contains(range)));
    }
}
