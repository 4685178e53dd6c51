namespace TraderData.Core.Tests;

public sealed class MadeCoverageTests
{
    [Fact]
    public void Gaps_and_incomplete_bars_agree_with_a_plain_list() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var world = new ReadWorld(seed);
            var query = world.Query() with { NewestFirst = false, Limit = null };
            var to = world.Series.Timeframe;
            var reading = new SeriesReading(world.Series, world.Store.Info);
            if (query.Range == TimeRange.All)
                query = query with { Range = new TimeRange(to.Floor(reading.Held.FirstMs!.Value), to.Floor(reading.Held.LastMs!.Value) + 1) };

            var parts = world.Store.At(query.AsOfMs);
            var held = world.Expected(query, completeOnly: false).ToList();
            var missing = Openings(to, query.Range).Except(held.Select(b => b.TimeMs)).Select(t => (t, world.CauseOf(t))).ToList();
            var incomplete = held.Select(b => (b.TimeMs, Parts: world.MissingParts(b.TimeMs, parts))).Where(b => b.Parts > 0).ToList();

            var scan = new CoverageScan(reading, query.Range);
            var watched = scan.WatchAsync(world.Store, completeOnly: seed % 2 == 0, query.AsOfMs, CancellationToken.None);
            var bars = watched.ToBlockingEnumerable().SelectMany(RandomBars.Unpack).ToList();
            Assert.Equal(seed % 2 == 0 ? held.Where(b => !incomplete.Exists(i => i.TimeMs == b.TimeMs)) : held, bars);
            var coverage = scan.Finish();

            Assert.Equal((to, reading.Held.Series.Timeframe, (long)held.Count), (coverage.Series.Timeframe, coverage.MadeOf, coverage.Rows));
            Assert.Equal((held.FirstOrNull()?.TimeMs, held.LastOrNull()?.TimeMs), (coverage.FirstMs, coverage.LastMs));
            Assert.Equal(incomplete.Select(i => i.TimeMs), coverage.Incomplete.SelectMany(i => Openings(to, i.Range)));
            Assert.Equal(((long)incomplete.Count, incomplete.Sum(i => (long)i.Parts)), (coverage.IncompleteBars, coverage.MissingParts));
            Assert.All(coverage.Incomplete, run =>
            {
                var within = incomplete.Where(i => run.Range.Contains(i.TimeMs)).ToList();
                Assert.Equal((within.Count, within.Sum(i => (long)i.Parts)), (run.Bars, run.MissingParts));
            });
            Assert.All(coverage.Incomplete.Zip(coverage.Incomplete.Skip(1)), pair => Assert.True(pair.First.Range.EndMs < pair.Second.Range.StartMs));
            LedgerModel.AssertSame(coverage, missing);
        },
        500);

    [Fact]
    public void Watched_and_read_coverage_are_the_same() => BarBlockTests.ForAllSeeds(seed =>
    {
        var world = new ReadWorld(seed);
        var asOf = world.Query().AsOfMs;
        foreach (var series in new[] { world.Series, world.Store.Info.Series })
        {
            var reading = new SeriesReading(series, world.Store.Info);
            var read = Run(CoverageScan.ReadAsync(world.Store, reading, null, asOf, CancellationToken.None));
            var scan = new CoverageScan(reading, read.Range);
            _ = scan.WatchAsync(world.Store, completeOnly: false, asOf, CancellationToken.None).ToBlockingEnumerable().Count();
            var watched = scan.Finish();
            Assert.Equal(read.Gaps, watched.Gaps);
            Assert.Equal(read.Incomplete, watched.Incomplete);
            Assert.Equal((read.Rows, read.FirstMs, read.LastMs, read.MissingParts), (watched.Rows, watched.FirstMs, watched.LastMs, watched.MissingParts));

            // From the first bar to the last, so that nothing is missing before or behind.
            var all = world.Store.At(asOf);
            if (series != world.Series)
                Assert.Equal(all.Count, read.Rows);
            else
                Assert.Equal(world.Expected(new BarQuery(TimeRange.All, AsOfMs: asOf), completeOnly: false).LongCount(), read.Rows);
            if (read.Rows > 0)
                Assert.DoesNotContain(read.Gaps, g => g.Range.StartMs < read.FirstMs);
        }
    });

    [Fact]
    public void More_runs_than_are_listed_are_counted()
    {
        // Every second pair of minutes lacks one, so that no two runs touch.
        var info = new SeriesInfo(new Series("x", "Y", Timeframe.M1), 0, null, null, Provenance.Unknown, RangeSet.Empty);
        var one = new ScaledDecimal(1, 0);
        var minutes = Enumerable.Range(0, (CoverageScan.MaxGaps + 5) * 4).Where(i => i % 4 != 1);
        var bars = RandomBars.Block(minutes.Select(i => new Bar(i * 60_000L, one, one, one, one, one)));
        var scan = new CoverageScan(new SeriesReading(new Series("x", "Y", Timeframe.Parse("2m")), info), new TimeRange(0, bars.LastMs + 60_000));
        scan.Push(bars);
        var coverage = scan.Finish();
        Assert.Equal((0L, CoverageScan.MaxGaps), (coverage.GapCount, coverage.Incomplete.Count));
        var all = CoverageScan.MaxGaps + 5L;
        Assert.Equal((all, all, all), (coverage.IncompleteCount, coverage.IncompleteBars, coverage.MissingParts));
        Assert.All(coverage.Incomplete, run => Assert.Equal((1L, 1L), (run.Bars, run.MissingParts)));
    }

    private static IEnumerable<long> Openings(Timeframe timeframe, TimeRange range)
    {
        for (var t = timeframe.Ceiling(range.StartMs); t < range.EndMs; t += timeframe.DurationMs)
            yield return t;
    }

    // The stores of these tests answer at once.
    private static Coverage Run(Task<Coverage> task) => task.ConfigureAwait(false).GetAwaiter().GetResult();
}
