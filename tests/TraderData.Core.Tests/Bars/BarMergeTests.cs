namespace TraderData.Core.Tests;

public sealed class BarMergeTests
{
    [Fact]
    public void Merge_agrees_with_a_dictionary() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new RandomBars(seed);
            var earlier = random.List(Timeframe.M1, random.Random.Next(0, 40), random.Random.Next(0, 40));
            var later = random.List(Timeframe.M1, random.Random.Next(0, 40), random.Random.Next(0, 40))
                .Select(b => random.Random.Next(3) == 0 ? earlier.Find(e => e.TimeMs == b.TimeMs) is { TimeMs: > 0 } same ? same : b : b).ToList();
            Check(random, earlier, later);
        },
        1_000);

    [Fact]
    public void Merge_of_the_same_bars_changes_nothing() => BarBlockTests.ForAllSeeds(seed =>
    {
        var random = new RandomBars(seed);
        var bars = random.List(Timeframe.M1, 0, random.Random.Next(1, 40));
        var result = BarMerge.Merge(random.Disguised(bars), random.Disguised(bars));
        Assert.Equal(new WriteResult(0, 0, bars.Count), result.Counts);
        Assert.True(result.Counts.WroteNothing);
        Assert.Empty(result.InsertedRuns);
        Assert.Empty(result.Replaced);
        Assert.Equal(bars, RandomBars.Unpack(result.Block));
    });

    [Fact]
    public void Merge_twice_is_merge_once() => BarBlockTests.ForAllSeeds(seed =>
    {
        var random = new RandomBars(seed);
        var earlier = RandomBars.Block(random.List(Timeframe.M1, 0, 20));
        var later = RandomBars.Block(random.List(Timeframe.M1, 10, 20));
        var once = BarMerge.Merge(earlier, later).Block;
        var twice = BarMerge.Merge(once, later);
        Assert.True(twice.Counts.WroteNothing);
        Assert.Equal(RandomBars.Unpack(once), RandomBars.Unpack(twice.Block));
    });

    [Fact]
    public void Merge_of_many_is_merge_of_one_after_another() => BarBlockTests.ForAllSeeds(seed =>
    {
        var random = new RandomBars(seed);
        var blocks = random.Cut(random.List(Timeframe.M1, 0, random.Random.Next(0, 40))).ToList();
        if (random.Random.Next(3) == 0)
            blocks.AddRange(random.Cut(random.List(Timeframe.M1, random.Random.Next(0, 60), 10)));
        var expected = blocks.Aggregate(BarBlock.Empty, (earlier, later) => BarMerge.Merge(earlier, later).Block);
        Assert.Equal(RandomBars.Unpack(expected), RandomBars.Unpack(BarMerge.MergeAll(blocks)));
    });

    [Fact]
    public void Merge_of_many_slices_with_scales_they_do_not_need_is_at_the_least()
    {
        ScaledDecimal tiny = new(1, 8), large = new(123_456_789_012, 0), one = new(1, 0);
        var slice = RandomBars.Block([new Bar(0, tiny, tiny, tiny, tiny, one), new Bar(60_000, one, one, one, one, one)]).Slice(1, 1);
        var merged = BarMerge.MergeAll([slice, RandomBars.Block([new Bar(120_000, large, large, large, large, null)])]);
        Assert.Equal([new Bar(60_000, one, one, one, one, one), new Bar(120_000, large, large, large, large, null)], RandomBars.Unpack(merged));
    }

    [Fact]
    public void Unknown_never_erases_what_was_known()
    {
        var one = new ScaledDecimal(1, 0);
        var known = RandomBars.Block([new Bar(0, one, one, one, one, new(5, 0), new(15, 1), 7)]);
        var unknown = RandomBars.Block([new Bar(0, one, one, one, one, null)]);
        var result = BarMerge.Merge(known, unknown);
        Assert.Equal(new WriteResult(0, 0, 1), result.Counts);
        Assert.Equal(known.At(0), result.Block.At(0));
        Assert.Equal(new WriteResult(0, 1, 0), BarMerge.Merge(unknown, known).Counts);
    }

    [Fact]
    public void Slices_with_scales_they_do_not_need_merge_at_the_least()
    {
        // At scale 8 the large price would not fit in 18 digits; the slice's own bar does not need that scale.
        ScaledDecimal tiny = new(1, 8), large = new(123_456_789_012, 0), one = new(1, 0);
        var slice = RandomBars.Block([new Bar(0, tiny, tiny, tiny, tiny, one), new Bar(60_000, one, one, one, one, one)]).Slice(1, 1);
        var result = BarMerge.Merge(slice, RandomBars.Block([new Bar(120_000, large, large, large, large, one)]));
        Assert.Equal([one, large], RandomBars.Unpack(result.Block).Select(b => b.Open));
    }

    [Fact]
    public void Blocks_that_no_scale_holds_together_are_refused()
    {
        ScaledDecimal tiny = new(1, 8), large = new(123_456_789_012, 0);
        Assert.Throws<OverflowException>(() => BarMerge.Merge(
            RandomBars.Block([new Bar(0, tiny, tiny, tiny, tiny, tiny)]), RandomBars.Block([new Bar(60_000, large, large, large, large, tiny)])));
    }

    private static void Check(RandomBars random, List<Bar> earlier, List<Bar> later)
    {
        var model = earlier.ToDictionary(b => b.TimeMs);
        int inserted = 0, changed = 0, same = 0;
        foreach (var bar in later)
        {
            if (!model.TryGetValue(bar.TimeMs, out var old))
            {
                inserted++;
                model[bar.TimeMs] = bar;
                continue;
            }

            var merged = bar with { Volume = bar.Volume ?? old.Volume, Vwap = bar.Vwap ?? old.Vwap, Trades = bar.Trades ?? old.Trades };
            (changed, same) = merged == old ? (changed, same + 1) : (changed + 1, same);
            model[bar.TimeMs] = merged;
        }

        var result = BarMerge.Merge(random.Disguised(earlier), random.Disguised(later));
        Assert.Equal(new WriteResult(inserted, changed, same), result.Counts);
        Assert.Equal(model.Values.OrderBy(b => b.TimeMs), RandomBars.Unpack(result.Block));
        CheckPlaces(earlier, result);
    }

    private static void CheckPlaces(List<Bar> earlier, BarMergeResult result)
    {
        var merged = RandomBars.Unpack(result.Block);
        var held = earlier.ToDictionary(b => b.TimeMs);
        Assert.Equal(
            merged.Select((bar, at) => (bar, at)).Where(p => !held.ContainsKey(p.bar.TimeMs)).Select(p => p.at),
            result.InsertedRuns.SelectMany(run => Enumerable.Range(run.Start, run.Count)));
        Assert.Equal(
            merged.Where(bar => held.TryGetValue(bar.TimeMs, out var old) && old != bar).Select(bar => bar.TimeMs),
            result.Replaced.Select(i => earlier[i].TimeMs));
        Assert.All(result.InsertedRuns.Zip(result.InsertedRuns.Skip(1)), pair => Assert.True(pair.First.Start + pair.First.Count < pair.Second.Start));
    }
}
