namespace TraderData.Core.Tests;

public sealed class CoverageScanTests
{
    private static readonly Series Minutes = new("x", "Y", Timeframe.M1);

    [Fact]
    public void Causes_agree_with_a_ledger_kept_bar_by_bar() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new RandomBars(seed);
            var assetClass = (AssetClass)random.Random.Next(3);
            var timeframe = Timeframe.Standard[random.Random.Next(Timeframe.Standard.Count)];

            // Around the clock change of a spring and the half day and holiday of a summer, with the edges of what was asked anywhere.
            var anchor = Ms(random.Random.Next(2) == 0 ? "2024-03-08T18:00:00Z" : "2024-07-03T15:00:00Z");
            TimeRange Somewhere(int bars) =>
                Range(anchor + (random.Random.Next(-bars, bars) * timeframe.DurationMs) + random.Random.Next(-2, 3), random.Random.NextInt64(bars * timeframe.DurationMs));
            var range = Somewhere(150);
            if (timeframe == Timeframe.W1)
                range = range.Intersect(new TimeRange(Ms("2023-01-02T00:00:00Z"), Ms("2024-12-20T00:00:00Z")));
            var slots = LedgerModel.Slots(timeframe, assetClass, range).ToList();
            var bars = slots.Where(_ => random.Random.Next(3) > 0).Select(s => random.At(s.Open)).ToList();
            var info = new SeriesInfo(
                new Series("x", "Y", timeframe), bars.Count, bars.FirstOrNull()?.TimeMs, bars.LastOrNull()?.TimeMs, new Provenance(assetClass), RangeSet.Of([Somewhere(200)]))
            {
                Verified = RangeSet.Of([Somewhere(60), Somewhere(60)]),
                Failures = FailureSet.Of(Enumerable.Range(1, 3).Select(i => (Range: Somewhere(60), At: i)).Where(f => !f.Range.IsEmpty)
                    .Select(f => new FetchFailure(f.Range, "no answer", f.At, 1))),
            };
            var listing = random.Random.Next(2) == 0 ? ListingTimes.Unknown : new ListingTimes(RangeSet.Of([Somewhere(60), Somewhere(60)]), RangeSet.Of([Somewhere(60)]));
            var scan = new CoverageScan(new SeriesReading(info.Series, info) { Listing = listing }, range);
            foreach (var block in random.Cut(bars))
                scan.Push(block);
            var coverage = scan.Finish();

            var held = bars.Select(b => b.TimeMs).ToHashSet();
            LedgerModel.AssertSame(coverage, [.. slots.Where(s => !held.Contains(s.Open)).Select(s => (s.Open, LedgerModel.CauseOf(info, s.Slot, listing)))]);
            Assert.Equal((bars.Count, bars.FirstOrNull()?.TimeMs, bars.LastOrNull()?.TimeMs), (coverage.Rows, coverage.FirstMs, coverage.LastMs));
            Assert.Equal(info.Failures.Where(f => !f.Range.Intersect(range).IsEmpty), coverage.Failures);
            Assert.All(coverage.Gaps.Zip(coverage.Gaps.Skip(1)), pair => Assert.True(
                pair.First.Cause != pair.Second.Cause || bars.Exists(b => b.TimeMs > pair.First.Range.StartMs && b.TimeMs < pair.Second.Range.StartMs)));
        },
        1_000);

    [Fact]
    public void Holes_within_a_session_are_seen_and_nights_are_not()
    {
        // Minutes of two sessions of an illiquid stock, the second a half day; the first was asked twice.
        var (first, second) = (NyseCalendar.Instance.SessionOf(new DateOnly(2024, 7, 2))!.Value, NyseCalendar.Instance.SessionOf(new DateOnly(2024, 7, 3))!.Value);
        var range = new TimeRange(first.StartMs, second.EndMs);
        var info = new SeriesInfo(Minutes, 0, null, null, new Provenance(AssetClass.Stock), RangeSet.Of([range])) { Verified = RangeSet.Of([first]) };
        var scan = new CoverageScan(new SeriesReading(Minutes, info), range);
        var bars = new RandomBars(1);
        scan.Push(RandomBars.Block([bars.At(first.StartMs), bars.At(first.StartMs + 120_000), bars.At(second.EndMs - 60_000)]));
        var coverage = scan.Finish();
        Assert.Equal(
            [
                new Gap(new TimeRange(first.StartMs + 60_000, first.StartMs + 120_000), 1, GapCause.NoTrade),
                new Gap(new TimeRange(first.StartMs + 180_000, first.EndMs), 387, GapCause.NoTrade),
                new Gap(new TimeRange(second.StartMs, second.EndMs - 60_000), 209, GapCause.Pending),
            ],
            coverage.Gaps);
        Assert.Equal(new CauseCounts(0, 209, 0, 388, (second.StartMs - first.EndMs) / 60_000), coverage.Causes);
        Assert.Equal(209, coverage.MissingBars);
    }

    [Fact]
    public void Years_of_a_stock_that_were_never_asked_for_are_one_gap()
    {
        var info = new SeriesInfo(Minutes, 0, null, null, new Provenance(AssetClass.Stock), RangeSet.Empty);
        var coverage = new CoverageScan(new SeriesReading(Minutes, info), TimeRange.All).Finish();
        Assert.Equal((1L, GapCause.Pending), (coverage.GapCount, coverage.Gaps[0].Cause));
        Assert.Equal(NyseCalendar.Instance.Sessions(TimeRange.All).Sum(s => (s.EndMs - s.StartMs) / 60_000), coverage.MissingBars);
        Assert.Equal(Timeframe.M1.CountIn(TimeRange.All), coverage.MissingBars + coverage.Causes.SessionClosed);
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

        Assert.Equal([new Gap(new TimeRange(2 * day, 4 * day), 2, GapCause.Pending)], scan.Finish().Gaps);
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

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    private static TimeRange Range(long start, long length) => new(start, start + length);

    private static SeriesReading Held(RangeSet fetched, AssetClass assetClass) =>
        new(Minutes, new SeriesInfo(Minutes, 0, null, null, new Provenance(assetClass), fetched));
}

internal static class BarListExtensions
{
    public static Bar? FirstOrNull(this List<Bar> bars) => bars.Count == 0 ? null : bars[0];

    public static Bar? LastOrNull(this List<Bar> bars) => bars.Count == 0 ? null : bars[^1];
}
