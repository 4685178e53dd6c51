namespace TraderData.Core;

/// <summary>What of a day, in UTC, a series holds.</summary>
/// <param name="StartMs">The day's midnight, Unix milliseconds UTC.</param>
/// <param name="Rows">How many bars are held.</param>
/// <param name="Causes">How many bars are not there for each cause.</param>
public readonly record struct CoverageDay(long StartMs, long Rows, CauseCounts Causes)
{
    /// <summary>How many bars the calendar has for the day.</summary>
    public long Expected => Rows + Causes.Missing + Causes.NoTrade + Causes.Halted + Causes.NotListed;
}

/// <summary>Tells what of each day a series holds: one walk over its bars, whose days are measured as ranges of <see cref="CoverageScan"/> are.</summary>
public static class CoverageDays
{
    /// <summary>Reads a range of a held series.</summary>
    /// <param name="store">The store.</param>
    /// <param name="reading">The series; not one that is made of a finer one, whose bars may belong to two days.</param>
    /// <param name="range">The range of opening times.</param>
    /// <param name="asOfMs">The bars as the store held them at that time, Unix milliseconds UTC; null for as they are now.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The days that have bars or should, ascending.</returns>
    /// <exception cref="ArgumentException">The series is made of a finer one.</exception>
    public static async Task<IReadOnlyList<CoverageDay>> ReadAsync(IBarStore store, SeriesReading reading, TimeRange range, long? asOfMs, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(reading);
        if (reading.IsResampled)
            throw new ArgumentException("days are told of held series; ask for the one that this is made of", nameof(reading));
        var days = new DayWalk(reading, range);
        await foreach (var block in store.ReadAsync(reading.Series, new BarQuery(range, AsOfMs: asOfMs), cancellationToken).ConfigureAwait(false))
            days.Push(block);
        return days.Finish();
    }

    private sealed class DayWalk(SeriesReading reading, TimeRange range)
    {
        private readonly List<CoverageDay> _days = [];
        private TimeRange _day = DayOf(range, range.StartMs);
        private CoverageScan _scan = new(reading, DayOf(range, range.StartMs));

        public void Push(BarBlock block)
        {
            for (var start = 0; start < block.Count;)
            {
                while (block.Times[start] >= _day.EndMs)
                    NextDay();
                var part = block.Between(new TimeRange(block.Times[start], _day.EndMs));
                _scan.Push(part);
                start += part.Count;
            }
        }

        public List<CoverageDay> Finish()
        {
            while (_day.EndMs < range.EndMs)
                NextDay();
            CloseDay();
            return _days;
        }

        private static TimeRange DayOf(TimeRange range, long timeMs) => new TimeRange(Timeframe.D1.Floor(timeMs), Timeframe.D1.Floor(timeMs) + Timeframe.D1.DurationMs).Intersect(range);

        private void NextDay()
        {
            CloseDay();
            _day = DayOf(range, _day.EndMs);
            _scan = new CoverageScan(reading, _day);
        }

        private void CloseDay()
        {
            if (_day.IsEmpty)
                return;
            var coverage = _scan.Finish();
            var day = new CoverageDay(Timeframe.D1.Floor(_day.StartMs), coverage.Rows, coverage.Causes);
            if (day.Expected > 0)
                _days.Add(day);
        }
    }
}
