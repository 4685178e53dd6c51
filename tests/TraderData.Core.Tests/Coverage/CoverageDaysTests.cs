namespace TraderData.Core.Tests;

public sealed class CoverageDaysTests
{
    [Fact]
    public void Days_are_what_scans_of_each_day_find_and_add_up_to_the_whole() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new RandomBars(seed);
            var assetClass = (AssetClass)random.Random.Next(3);
            var timeframe = Timeframe.Standard[random.Random.Next(Timeframe.Standard.Count)];
            var start = Ms("2024-03-07T18:00:00Z") + (random.Random.NextInt64(4 * Timeframe.D1.DurationMs) / 60_000 * 60_000);
            var range = new TimeRange(start, start + random.Random.NextInt64(6 * Timeframe.D1.DurationMs));
            var bars = LedgerModel.Slots(timeframe, assetClass, range).Where(_ => random.Random.Next(3) > 0).Select(s => random.At(s.Open)).ToList();
            var series = new Series("x", "Y", timeframe);
            var info = new SeriesInfo(series, bars.Count, bars.FirstOrNull()?.TimeMs, bars.LastOrNull()?.TimeMs, new Provenance(assetClass), RangeSet.Of([range]))
            {
                Verified = RangeSet.Of([new TimeRange(start, start + ((range.EndMs - start) / 2))]),
            };
            var reading = new SeriesReading(series, info);
            var store = new ModelStore(info, random);
            bars.ForEach(bar => store.Write(bar, 0));
            var days = CoverageDays.ReadAsync(store, reading, range, null, CancellationToken.None).GetAwaiter().GetResult();

            var whole = new CoverageScan(reading, range);
            foreach (var block in random.Cut(bars))
                whole.Push(block);
            var coverage = whole.Finish();
            var sum = days.Aggregate(default(CauseCounts), (all, day) => all + day.Causes);
            Assert.Equal(coverage.Rows, days.Sum(day => day.Rows));
            Assert.Equal(coverage.Causes with { SessionClosed = 0 }, sum with { SessionClosed = 0 });
            Assert.All(days, day => Assert.True(day.Expected > 0 && day.StartMs % Timeframe.D1.DurationMs == 0));
            Assert.Equal(days.Select(day => day.StartMs).Distinct().Order(), days.Select(day => day.StartMs));
            Assert.All(days, day => Assert.Equal(day.Rows, bars.Count(b => Timeframe.D1.Floor(b.TimeMs) == day.StartMs)));
        },
        300);

    [Fact]
    public async Task Series_that_is_made_is_refused()
    {
        var held = new SeriesInfo(new Series("x", "Y", Timeframe.M1), 0, null, null, Provenance.Unknown, RangeSet.Empty);
        await Assert.ThrowsAsync<ArgumentException>(() => CoverageDays.ReadAsync(
            new ModelStore(held, new RandomBars(1)), new SeriesReading(new Series("x", "Y", Timeframe.H1), held), new TimeRange(0, 1), null, TestContext.Current.CancellationToken));
    }

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);
}
