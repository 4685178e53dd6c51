namespace TraderData.Core.Tests;

public sealed class BarResamplerTests
{
    private static readonly string[] Coarser = ["5m", "1h", "4h", "1d", "1w", "7m", "3d"];

    [Fact]
    public void Resampling_agrees_with_groups_of_a_plain_list() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new RandomBars(seed);
            var to = Timeframe.Parse(Coarser[random.Random.Next(Coarser.Length)]);
            var from = Timeframe.Parse(((string[])["1m", "1h", "1d"])[random.Random.Next(3)]);
            if (!from.Divides(to))
                return;
            var bars = random.List(from, random.Random.Next(-2_000, 2_000), random.Random.Next(0, 60));
            var resampler = new BarResampler(new Series("x", "Y", from), to);
            var coarse = random.Cut(bars).Select(resampler.Push).ToList();
            coarse.Add(resampler.Finish());
            Assert.Equal(Model(bars, to), coarse.SelectMany(RandomBars.Unpack));
        },
        1_000);

    [Fact]
    public async Task Stream_of_blocks_gives_no_empty_block()
    {
        var random = new RandomBars(3);
        var bars = random.List(Timeframe.M1, 0, 500);
        var coarse = new List<Bar>();
        await foreach (var block in BarResampler.ResampleAsync(new Series("x", "Y", Timeframe.M1), Timeframe.H1, random.Cut(bars).ToAsyncEnumerable(), CancellationToken.None))
        {
            Assert.NotEqual(0, block.Count);
            coarse.AddRange(RandomBars.Unpack(block));
        }

        Assert.Equal(Model(bars, Timeframe.H1), coarse);
    }

    [Fact]
    public void Week_starts_on_Monday()
    {
        var one = new ScaledDecimal(1, 0);
        // 2024-01-07 is a Sunday, 2024-01-08 a Monday.
        var days = RandomBars.Block(new[] { "2024-01-07", "2024-01-08" }.Select(d => new Bar(Time(d), one, one, one, one, one)));
        var resampler = new BarResampler(new Series("x", "Y", Timeframe.D1), Timeframe.W1);
        Assert.Equal([Time("2024-01-01")], resampler.Push(days).Times.ToArray());
        Assert.Equal([Time("2024-01-08")], resampler.Finish().Times.ToArray());
    }

    [Theory]
    [InlineData("1h", "1m")]
    [InlineData("1h", "90m")]
    [InlineData("3d", "1w")]
    [InlineData("3d", "3w")]
    public void Timeframe_that_does_not_divide_is_refused(string from, string to) =>
        Assert.Throws<ArgumentException>(() => new BarResampler(new Series("x", "Y", Timeframe.Parse(from)), Timeframe.Parse(to)));

    [Fact]
    public void Sum_of_volumes_beyond_eighteen_digits_is_refused_and_named()
    {
        var one = new ScaledDecimal(1, 0);
        var huge = new ScaledDecimal(ScaledDecimal.MaxMantissa, 0);
        var resampler = new BarResampler(new Series("x", "Y", Timeframe.M1), Timeframe.H1);
        _ = resampler.Push(RandomBars.Block([new Bar(0, one, one, one, one, huge), new Bar(60_000, one, one, one, one, huge)]));
        var e = Assert.Throws<BadDataException>(resampler.Finish);
        Assert.Contains("x:Y:1m as 1h 1970-01-01T00:00:00Z", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Sum_of_volumes_of_far_scales_never_wraps_around(bool smallFirst)
    {
        var one = new ScaledDecimal(1, 0);
        var resampler = new BarResampler(new Series("x", "Y", Timeframe.M1), Timeframe.D1);
        var small = RandomBars.Block([new Bar(smallFirst ? 0 : 60_000_000, one, one, one, one, new ScaledDecimal(1, 18))]);
        var large = RandomBars.Block(Enumerable.Range(1, 400).Select(i => new Bar(i * 60_000, one, one, one, one, new ScaledDecimal(ScaledDecimal.MaxMantissa, 0))));
        Assert.Throws<BadDataException>(() =>
        {
            _ = resampler.Push(smallFirst ? small : large);
            _ = resampler.Push(smallFirst ? large : small);
            _ = resampler.Finish();
        });
    }

    [Fact]
    public void Sum_of_trades_never_wraps_around()
    {
        var one = new ScaledDecimal(1, 0);
        var resampler = new BarResampler(new Series("x", "Y", Timeframe.M1), Timeframe.H1);
        var block = RandomBars.Block(Enumerable.Range(0, 2).Select(i => new Bar(i * 60_000, one, one, one, one, one, Trades: long.MaxValue)));
        Assert.Throws<BadDataException>(() =>
        {
            _ = resampler.Push(block);
            _ = resampler.Finish();
        });
    }

    private static long Time(string iso) => TimeText.TryParse(iso, out var ms) ? ms : throw new FormatException(iso);

    internal static IEnumerable<Bar> Model(List<Bar> bars, Timeframe to) => bars.GroupBy(b => Start(b.TimeMs, to)).Select(group => new Bar(
        group.Key,
        group.First().Open,
        group.Select(b => b.High).Max(),
        group.Select(b => b.Low).Min(),
        group.Last().Close,
        group.All(b => b.Volume is not null) ? ScaledDecimal.FromDecimal(group.Sum(b => b.Volume!.Value.ToDecimal())) : null,
        null,
        group.All(b => b.Trades is not null) ? group.Sum(b => b.Trades!.Value) : null));

    // By the calendar for weeks, by counting from the epoch for the rest.
    private static long Start(long timeMs, Timeframe to)
    {
        if (to.DurationMs % Timeframe.W1.DurationMs != 0)
            return (long)Math.Floor(timeMs / (decimal)to.DurationMs) * to.DurationMs;
        var day = DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime.Date;
        var week = new DateTimeOffset(day.AddDays(-(((int)day.DayOfWeek + 6) % 7)), TimeSpan.Zero).ToUnixTimeMilliseconds();

        // Of some weeks: counted from the first Monday of 1970.
        var weeks = (week - (4 * Timeframe.D1.DurationMs)) / Timeframe.W1.DurationMs;
        var each = to.DurationMs / Timeframe.W1.DurationMs;
        return week - ((((weeks % each) + each) % each) * Timeframe.W1.DurationMs);
    }
}
