using System.Runtime.CompilerServices;

namespace TraderData.Core;

/// <summary>
/// Finds the gaps of a series while its blocks pass by, and tells their causes. For crypto and imports every time of the grid is expected, for stocks those
/// within the regular sessions. What was asked of the source is what is known of it now, also when the bars are those of an earlier time.
/// </summary>
public sealed class CoverageScan
{
    /// <summary>The most gaps, and the most runs of incomplete bars, that are listed one by one; all are counted.</summary>
    public const int MaxGaps = 10_000;

    private readonly SeriesReading _reading;
    private readonly TimeRange _range;
    private readonly Timeframe _timeframe;
    private readonly BucketRule _rule;
    private readonly BarGrid _grid;
    private readonly GapLedger _ledger;
    private readonly GapList _gaps;
    private readonly BucketGaps? _buckets;
    private readonly IncompleteList _incomplete = new();
    private long _rows;
    private long? _firstMs;
    private long? _lastMs;
    private readonly long _endMs;
    private long _nextMs;
    private long? _bucketMs;
    private SlotCount _slots;

    /// <summary>Looks at a range of a series.</summary>
    /// <param name="reading">The series, and how it is read.</param>
    /// <param name="range">The range of opening times.</param>
    public CoverageScan(SeriesReading reading, TimeRange range)
    {
        (_reading, _range, _timeframe) = (reading, range, reading.Series.Timeframe);
        _rule = new BucketRule(reading.Held, _timeframe);
        _grid = new BarGrid(reading.Held.Series.Timeframe, reading.Held.Provenance.AssetClass);
        var madeGrid = reading.IsResampled ? new BarGrid(_timeframe, AssetClass.Unknown) : _grid;
        var slots = new TimeRange(madeGrid.SlotAtOrBehind(range.StartMs), madeGrid.SlotAtOrBehind(range.EndMs));
        (_nextMs, _endMs) = (slots.StartMs, slots.EndMs);
        _ledger = new GapLedger(reading, _grid, slots);
        _gaps = new GapList(madeGrid, reading.IsResampled ? slots.EndMs : range.EndMs);
        _buckets = reading.IsResampled ? new BucketGaps(_timeframe, _gaps) : null;
    }

    /// <summary>Reads a range of a series and tells what of it is held.</summary>
    /// <param name="store">The store.</param>
    /// <param name="reading">The series, and how it is read.</param>
    /// <param name="range">The range of opening times; null for from its first bar to its last.</param>
    /// <param name="asOfMs">The bars as the store held them at that time, Unix milliseconds UTC; null for as they are now.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<Coverage> ReadAsync(
        IBarStore store, SeriesReading reading, TimeRange? range, long? asOfMs, CancellationToken cancellationToken)
    {
        var within = range ?? await SpanAsync(store, reading, asOfMs, cancellationToken).ConfigureAwait(false);
        var scan = new CoverageScan(reading, within);
        var held = await scan.HeldRangeAsync(store, asOfMs, cancellationToken).ConfigureAwait(false);
        await foreach (var block in store.ReadAsync(reading.Held.Series, new BarQuery(held, AsOfMs: asOfMs), cancellationToken).ConfigureAwait(false))
            scan.Push(block);
        return scan.Finish();
    }

    /// <summary>Reads the bars of the range, as <see cref="SeriesReader.ReadAsync"/> does, and looks at what passes.</summary>
    public async IAsyncEnumerable<BarBlock> WatchAsync(
        IBarStore store, bool completeOnly, long? asOfMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = await HeldRangeAsync(store, asOfMs, cancellationToken).ConfigureAwait(false);
        var resampler = _reading.IsResampled ? new BarResampler(_reading.Held.Series, _timeframe, completeOnly ? _rule : null) : null;
        await foreach (var block in store.ReadAsync(_reading.Held.Series, new BarQuery(held, AsOfMs: asOfMs), cancellationToken).ConfigureAwait(false))
        {
            Push(block);
            var given = resampler is null ? block : resampler.Push(block);
            if (given.Count > 0)
                yield return given;
        }

        if (resampler?.Finish() is { Count: > 0 } last)
            yield return last;
    }

    /// <summary>Looks at the next block of the held series, in ascending order; of a series that is made, of whole made bars within the range.</summary>
    internal void Push(BarBlock block)
    {
        if (block.Count == 0)
            return;
        if (_reading.IsResampled)
            PushParts(block.Times);
        else
            PushBars(block);
    }

    /// <summary>The result, once every block was pushed.</summary>
    public Coverage Finish()
    {
        CloseBucket();
        AddGap(_nextMs, _endMs);
        return new Coverage(_reading.Series, _range, _rows, _firstMs, _lastMs, _gaps.Listed, _gaps.Count, _gaps.Causes)
        {
            Provenance = _reading.Held.Provenance,
            Failures = [.. _reading.Held.Failures.Where(f => !f.Range.Intersect(_range).IsEmpty)],
            MadeOf = _reading.IsResampled ? _reading.Held.Series.Timeframe : null,
            Incomplete = _incomplete.Listed,
            IncompleteCount = _incomplete.Count,
            IncompleteBars = _incomplete.Bars,
            MissingParts = _incomplete.MissingParts,
        };
    }

    private static async Task<TimeRange> SpanAsync(IBarStore store, SeriesReading reading, long? asOfMs, CancellationToken cancellationToken)
    {
        if (await SeriesReader.SpanAsync(store, reading, asOfMs, cancellationToken).ConfigureAwait(false) is not { } span)
            return new TimeRange(0, 0);
        return reading.IsResampled
            ? reading.ClosedBars(new TimeRange(reading.Series.Timeframe.Floor(span.FirstMs), TimeRange.All.EndMs), span.LastMs)
            : new TimeRange(span.FirstMs, span.LastMs + 1);
    }

    // What is read of the held series.
    private async Task<TimeRange> HeldRangeAsync(IBarStore store, long? asOfMs, CancellationToken cancellationToken) => _reading.IsResampled
        ? _reading.ClosedBars(_range, await SeriesReader.LastAsync(store, _reading, asOfMs, cancellationToken).ConfigureAwait(false))
        : _range;

    private void PushBars(BarBlock block)
    {
        _firstMs ??= block.FirstMs;
        _lastMs = block.LastMs;
        _rows += block.Count;
        // Bars of less than a day stand on the grid: so many of them from here to there leave no gap.
        if (block.FirstMs == _nextMs && _timeframe.DurationMs < Timeframe.D1.DurationMs && block.LastMs - block.FirstMs == (block.Count - 1) * _timeframe.DurationMs)
        {
            _nextMs = block.LastMs + _timeframe.DurationMs;
            return;
        }

        foreach (var timeMs in block.Times)
        {
            // An imported day of a session stands off the grid: it fills the day that it falls in.
            var openMs = timeMs == _nextMs ? timeMs : _timeframe.Floor(timeMs);
            if (openMs > _nextMs)
                AddGap(_nextMs, openMs);
            _nextMs = Math.Max(_nextMs, openMs + _timeframe.DurationMs);
        }
    }

    private void PushParts(ReadOnlySpan<long> times)
    {
        for (var start = 0; start < times.Length;)
        {
            if (_bucketMs is not { } bucketMs || times[start] >= bucketMs + _timeframe.DurationMs)
            {
                CloseBucket();
                bucketMs = _timeframe.Floor(times[start]);
                AddGap(_nextMs, bucketMs);
                (_bucketMs, _nextMs) = (bucketMs, bucketMs + _timeframe.DurationMs);
            }

            var end = _reading.Held.Series.Timeframe.IndexBehind(times, start, bucketMs + _timeframe.DurationMs);
            _slots.Add(times[start..end], _reading.Held.Series.Timeframe);
            start = end;
        }
    }

    private void CloseBucket()
    {
        if (_bucketMs is not { } bucketMs)
            return;
        _firstMs ??= bucketMs;
        _lastMs = bucketMs;
        _rows++;
        _incomplete.Add(new TimeRange(bucketMs, bucketMs + _timeframe.DurationMs), _rule.MissingIn(bucketMs, _slots.Count));
        (_bucketMs, _slots) = (null, default);
    }

    private void AddGap(long startMs, long endMs)
    {
        while (startMs < endMs)
        {
            var (slots, cause) = _ledger.First(new TimeRange(startMs, endMs));
            if (_buckets is null)
                _gaps.Add(slots, cause);
            else
                _buckets.Add(slots, cause);
            startMs = slots.EndMs;
        }

        _buckets?.Close();
    }
}
