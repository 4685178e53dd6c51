namespace TraderData.Core.Tests;

public sealed class CoverageScanTests
{
    private static readonly Series Minutes = new("x", "Y", Timeframe.M1);

    [Fact]
    public void Gaps_agree_with_a_bitmap_of_the_grid() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new RandomBars(seed);
            var range = Range(random.Random.Next(-20_000, 200_000), random.Random.Next(0, 5_000_000));
            var bars = random.List(Timeframe.M1, 0, random.Random.Next(0, 60), maxStep: 4).Where(b => range.Contains(b.TimeMs)).ToList();
            var fetched = RangeSet.Of([Range(random.Random.Next(0, 1_000_000), random.Random.Next(0, 2_000_000))]);
            var scan = new CoverageScan(Held(fetched, AssetClass.Crypto), range);
            foreach (var block in random.Cut(bars))
                scan.Push(block);
            var coverage = scan.Finish();

            var expected = new List<long>();
            for (var t = Timeframe.M1.Ceiling(range.StartMs); t < range.EndMs; t += 60_000)
                expected.Add(t);
            var missing = expected.Except(bars.Select(b => b.TimeMs)).ToArray();
            Assert.Equal(missing, coverage.Gaps.SelectMany(g => expected.Where(g.Range.Contains)));
            Assert.Equal((missing.LongLength, bars.Count), (coverage.MissingBars, coverage.Rows));
            Assert.Equal(coverage.Gaps.Count, coverage.GapCount);
            Assert.Equal((bars.FirstOrNull()?.TimeMs, bars.LastOrNull()?.TimeMs), (coverage.FirstMs, coverage.LastMs));
            Assert.All(coverage.Gaps, g => Assert.Equal((fetched.Contains(g.Range), expected.Count(g.Range.Contains)), (g.Asked, g.Bars)));
        },
        500);

    [Fact]
    public void Stock_lacks_only_what_was_never_asked()
    {
        var scan = new CoverageScan(Held(RangeSet.Of([new TimeRange(600_000, 1_200_000)]), AssetClass.Stock), new TimeRange(0, 1_800_000));
        scan.Push(RandomBars.Block(new RandomBars(1).List(Timeframe.M1, 12, 1)));
        var coverage = scan.Finish();
        Assert.Equal(
            [new Gap(new TimeRange(0, 600_000), 10, false), new Gap(new TimeRange(1_200_000, 1_800_000), 10, false)], coverage.Gaps);
        Assert.Equal(1, coverage.Rows);
    }

    [Fact]
    public void Day_off_the_grid_fills_the_day_it_falls_in()
    {
        const long day = 86_400_000;
        const long newYork = 5 * 3_600_000;
        var one = new ScaledDecimal(1, 0);
        var bars = RandomBars.Block(new long[] { 0, 1, 4 }.Select(i => new Bar((i * day) + newYork, one, one, one, one, one)));
        var days = new SeriesInfo(new Series("import", "Y", Timeframe.D1), 3, bars.FirstMs, bars.LastMs, Provenance.Unknown, RangeSet.Empty);
        var scan = new CoverageScan(new SeriesReading(days.Series, days), new TimeRange(bars.FirstMs, bars.LastMs + 1));
        scan.Push(bars);

        Assert.Equal([new Gap(new TimeRange(2 * day, 4 * day), 2, false)], scan.Finish().Gaps);
    }

    [Fact]
    public void More_gaps_than_are_listed_are_counted()
    {
        var one = new ScaledDecimal(1, 0);
        var bars = RandomBars.Block(Enumerable.Range(0, CoverageScan.MaxGaps + 5).Select(i => new Bar(i * 120_000L, one, one, one, one, one)));
        var scan = new CoverageScan(Held(RangeSet.Empty, AssetClass.Unknown), new TimeRange(0, bars.LastMs + 60_000));
        scan.Push(bars);
        var coverage = scan.Finish();
        Assert.Equal((CoverageScan.MaxGaps, CoverageScan.MaxGaps + 4L), (coverage.Gaps.Count, coverage.GapCount));
        Assert.Equal(CoverageScan.MaxGaps + 4L, coverage.MissingBars);
    }

    private static TimeRange Range(long start, long length) => new(start, start + length);

    private static SeriesReading Held(RangeSet fetched, AssetClass assetClass) =>
        new(Minutes, new SeriesInfo(Minutes, 0, null, null, new Provenance(assetClass), fetched));
}

internal static class BarListExtensions
{
    public static Bar? FirstOrNull(this List<Bar> bars) => bars.Count == 0 ? null : bars[0];

    public static Bar? LastOrNull(this List<Bar> bars) => bars.Count == 0 ? null : bars[^1];
}
