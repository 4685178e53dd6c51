namespace TraderData.Core.Tests;

public sealed class TimeframeTests
{
    [Theory]
    [InlineData("1m", "1m", 60_000)]
    [InlineData("60m", "1h", 3_600_000)]
    [InlineData("24h", "1d", 86_400_000)]
    [InlineData("7d", "1w", 604_800_000)]
    [InlineData("90m", "90m", 5_400_000)]
    [InlineData("366d", "366d", 31_622_400_000)]
    [InlineData("52w", "52w", 31_449_600_000)]
    public void Length_has_one_spelling(string text, string spelling, long durationMs)
    {
        Assert.Equal((spelling, durationMs), (Timeframe.Parse(text).ToString(), Timeframe.Parse(text).DurationMs));
        Assert.Equal(Timeframe.Parse(spelling), Timeframe.Parse(text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("1")]
    [InlineData("0m")]
    [InlineData("01m")]
    [InlineData("-1m")]
    [InlineData("+1m")]
    [InlineData("1M")]
    [InlineData("1H")]
    [InlineData("1 m")]
    [InlineData("1.5h")]
    [InlineData("367d")]
    [InlineData("53w")]
    [InlineData("10001m")]
    [InlineData("99999m")]
    [InlineData("١m")]
    public void Text_that_is_no_timeframe_is_refused(string? text)
    {
        Assert.False(Timeframe.TryParse(text, out _));
        Assert.Throws<FormatException>(() => Timeframe.Parse(text!));
    }

    [Fact]
    public void Standard_ones_are_in_order_and_known()
    {
        Assert.Equal("1m 5m 15m 30m 1h 4h 1d 1w", string.Join(' ', Timeframe.Standard));
        Assert.All(Timeframe.Standard, t => Assert.True(t.IsStandard));
        Assert.False(Timeframe.Parse("2h").IsStandard);
    }

    [Fact]
    public void Grid_agrees_with_the_calendar() => BarBlockTests.ForAllSeeds(seed =>
    {
        var random = new Random(seed);
        var timeframe = Timeframe.Standard[random.Next(8)];
        var timeMs = random.NextInt64(TimeText.MinMs + 700_000_000, TimeText.MaxMs - 700_000_000);
        if (random.Next(2) == 0)
            timeMs = timeframe.Floor(timeMs);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime;
        var floor = timeframe == Timeframe.W1
            ? time.Date.AddDays(-(((int)time.DayOfWeek + 6) % 7))
            : new DateTime(time.Ticks - (time.Ticks % (timeframe.DurationMs * TimeSpan.TicksPerMillisecond)), DateTimeKind.Utc);
        var floorMs = new DateTimeOffset(DateTime.SpecifyKind(floor, DateTimeKind.Utc)).ToUnixTimeMilliseconds();
        Assert.Equal(floorMs, timeframe.Floor(timeMs));
        Assert.Equal(floorMs == timeMs, timeframe.IsOnGrid(timeMs));
        Assert.Equal(floorMs == timeMs ? timeMs : floorMs + timeframe.DurationMs, timeframe.Ceiling(timeMs));
    }, 2_000);

    [Fact]
    public void Count_in_a_range_is_a_count() => BarBlockTests.ForAllSeeds(seed =>
    {
        var random = new Random(seed);
        var timeframe = Timeframe.Standard[random.Next(8)];
        var start = random.NextInt64(-3, 3) * timeframe.DurationMs + random.NextInt64(0, 2) * random.NextInt64(0, timeframe.DurationMs);
        var range = new TimeRange(start, start + random.NextInt64(0, 5 * timeframe.DurationMs));
        var count = 0;
        for (var t = timeframe.Floor(start) - timeframe.DurationMs; t < range.EndMs; t += timeframe.DurationMs)
            count += range.Contains(t) ? 1 : 0;
        Assert.Equal(count, timeframe.CountIn(range));
    });

    [Fact]
    public void Divides_means_that_every_coarse_opening_is_a_fine_one()
    {
        var all = "1m 2m 5m 7m 15m 1h 90m 4h 1d 2d 3d 1w 2w 3w".Split(' ').Select(Timeframe.Parse).ToArray();
        foreach (var fine in all)
        {
            foreach (var coarse in all)
            {
                var every = coarse.DurationMs >= fine.DurationMs
                    && Enumerable.Range(-50, 100).All(i => fine.IsOnGrid(coarse.Floor(0) + (i * coarse.DurationMs)));
                Assert.Equal(every, fine.Divides(coarse));
            }
        }
    }
}
