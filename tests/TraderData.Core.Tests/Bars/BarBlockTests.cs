using FsCheck;
using FsCheck.Fluent;

namespace TraderData.Core.Tests;

public sealed class BarBlockTests
{
    [Fact]
    public void Builder_gives_back_its_bars_at_the_least_scales() => ForAllSeeds(seed =>
    {
        var random = new RandomBars(seed);
        var bars = random.List(Timeframe.M1, random.Random.Next(-1_000, 1_000), random.Random.Next(0, 60));
        var block = RandomBars.Block(bars);
        Assert.Equal(bars, RandomBars.Unpack(block));
        if (bars.Count == 0)
            return;
        Assert.Equal(bars.Max(b => Math.Max(Math.Max(b.Open.Scale, b.High.Scale), Math.Max(b.Low.Scale, b.Close.Scale))), block.PriceScale);
        Assert.Equal(bars.Max(b => b.Volume?.Scale ?? 0), block.VolumeScale);
        Assert.Equal(bars.Max(b => b.Vwap?.Scale ?? 0), block.VwapScale);
        Assert.Equal((bars.Exists(b => b.Vwap is not null), bars.Exists(b => b.Trades is not null)), (block.HasVwap, block.HasTrades));
    });

    [Fact]
    public void Normal_blocks_of_the_same_bars_have_the_same_columns() => ForAllSeeds(seed =>
    {
        var random = new RandomBars(seed);
        var bars = random.List(Timeframe.M1, 0, random.Random.Next(1, 40));
        BarBlock one = random.Disguised(bars).Normalize(), two = RandomBars.Block(bars).Normalize();
        Assert.Equal((two.PriceScale, two.VolumeScale), (one.PriceScale, one.VolumeScale));
        Assert.Equal((two.HasVwap, two.HasTrades), (one.HasVwap, one.HasTrades));
        Assert.Equal(two.Times, one.Times);
        Assert.Equal(two.Closes, one.Closes);
        Assert.Equal(two.Volumes, one.Volumes);
        Assert.Equal(two.Vwaps, one.Vwaps);
        Assert.Equal(two.Trades, one.Trades);
        Assert.Equal(bars, RandomBars.Unpack(one));
    });

    [Fact]
    public void Between_and_index_are_those_of_a_list() => ForAllSeeds(seed =>
    {
        var random = new RandomBars(seed);
        var bars = random.List(Timeframe.M1, 0, random.Random.Next(0, 40));
        var block = random.Disguised(bars);
        var start = random.Random.Next(-100, 4_000_000);
        var range = new TimeRange(start, start + random.Random.Next(0, 4_000_000));
        Assert.Equal(bars.Where(b => range.Contains(b.TimeMs)), RandomBars.Unpack(block.Between(range)));
        Assert.Equal(bars.Count(b => b.TimeMs < start), block.IndexAtOrAfter(start));
    });

    [Fact]
    public void Builder_can_be_used_again_after_a_build()
    {
        var random = new RandomBars(1);
        var builder = new BarBlockBuilder("test", 1);
        for (var round = 0; round < 3; round++)
        {
            var bars = random.List(Timeframe.M1, 0, 50);
            bars.ForEach(b => builder.Add(b));
            Assert.Equal(bars, RandomBars.Unpack(builder.Build()));
            Assert.Equal((0, null), (builder.Count, builder.LastMs));
        }
    }

    [Fact]
    public void Time_that_does_not_rise_is_refused_and_named()
    {
        var builder = new BarBlockBuilder("binance:BTCUSDT:1m");
        var random = new RandomBars(1);
        builder.Add(random.At(60_000));
        foreach (var timeMs in (long[])[60_000, 0])
        {
            var e = Assert.Throws<BadDataException>(() => builder.Add(random.At(timeMs)));
            Assert.Contains("binance:BTCUSDT:1m", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Values_that_no_scale_holds_together_are_refused_with_series_time_and_value()
    {
        var builder = new BarBlockBuilder("binance:BTCUSDT:1m");
        var (small, large) = (new ScaledDecimal(1, 8), new ScaledDecimal(123_456_789_012, 0));
        builder.Add(new Bar(0, small, small, small, small, small));
        var e = Assert.Throws<BadDataException>(() => builder.Add(new Bar(60_000, small, small, small, small, large)));
        Assert.Contains("binance:BTCUSDT:1m 1970-01-01T00:01:00Z: 123456789012", e.Message, StringComparison.Ordinal);
        Assert.Equal(1, builder.Build().Count);
    }

    [Fact]
    public void Columns_that_make_no_block_are_refused()
    {
        Assert.Throws<ArgumentException>(() => BarBlock.Own(new BarColumns([1], [1], [1], [1], [], [1])));
        Assert.Throws<ArgumentException>(() => BarBlock.Own(new BarColumns([1], [1], [1], [1], [1], [1]) { Trades = [] }));
        Assert.Throws<ArgumentException>(() => BarBlock.Own(new BarColumns([1], [1], [1], [1], [1], [1]) { PriceScale = 19 }));
        Assert.Throws<ArgumentException>(() => BarBlock.Own(new BarColumns([1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1, 1])));
        Assert.Same(BarBlock.Empty, BarBlock.Own(new BarColumns([], [], [], [], [], [])));
    }

    [Fact]
    public void Slice_out_of_range_is_refused()
    {
        var block = RandomBars.Block(new RandomBars(1).List(Timeframe.M1, 0, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slice(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slice(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => block.Slice(4, 0));
        Assert.Same(block, block.Slice(0, 3));
        Assert.Same(BarBlock.Empty, block.Slice(3, 0));
    }

    internal static void ForAllSeeds(Action<int> check, int tests = 300) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), check).Check(Config.QuickThrowOnFailure.WithMaxTest(tests));
}
