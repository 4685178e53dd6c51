using System.Globalization;
using System.Text;

namespace TraderData.Core.Tests;

public sealed class TimeTextTests
{
    [Fact]
    public void Every_day_of_every_year_is_written_as_the_runtime_writes_it()
    {
        Span<byte> text = stackalloc byte[TimeText.MaxIsoLength];
        Span<byte> expected = stackalloc byte[TimeText.MaxIsoLength];
        var random = new Random(1);
        for (var dayMs = TimeText.MinMs; dayMs <= TimeText.MaxMs; dayMs += 86_400_000)
        {
            var timeMs = dayMs + random.Next(0, 86_400_000);
            var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
            Assert.True(time.TryFormat(expected, out var length, timeMs % 1_000 == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            var written = TimeText.WriteIso(timeMs, text);
            if (!text[..written].SequenceEqual(expected[..length]))
                Assert.Fail($"{timeMs}: {Encoding.ASCII.GetString(text[..written])}, should be {Encoding.ASCII.GetString(expected[..length])}");
            _ = TimeText.WriteDateTime(timeMs, (byte)' ', text);
            Assert.True(time.TryFormat(expected, out length, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
            if (!text[..19].SequenceEqual(expected[..length]))
                Assert.Fail($"{timeMs}: {Encoding.ASCII.GetString(text[..19])}");
        }
    }

    [Fact]
    public void Text_of_a_time_reads_back() => BarBlockTests.ForAllSeeds(
        seed =>
        {
            var random = new Random(seed);
            var timeMs = random.NextInt64(TimeText.MinMs, TimeText.MaxMs) / (random.Next(2) == 0 ? 1_000 : 1);
            Assert.True(TimeText.TryParse(TimeText.Iso(timeMs), out var back));
            Assert.Equal(timeMs, back);
        },
        2_000);

    [Theory]
    [InlineData("2024-01-31", "2024-01-31T00:00:00Z")]
    [InlineData("2024-01-31T10:00:00Z", "2024-01-31T10:00:00Z")]
    [InlineData("2024-01-31T10:00:00", "2024-01-31T10:00:00Z")]
    [InlineData("2024-01-31T10:00", "2024-01-31T10:00:00Z")]
    [InlineData("2024-01-31 10:00:00", "2024-01-31T10:00:00Z")]
    [InlineData("2024-01-31 10:00", "2024-01-31T10:00:00Z")]
    [InlineData("2024-01-31T10:00:00.5Z", "2024-01-31T10:00:00.500Z")]
    [InlineData("2024-01-31T10:00:00.123000Z", "2024-01-31T10:00:00.123Z")]
    [InlineData("2024-01-31T10:00:00+02:00", "2024-01-31T08:00:00Z")]
    [InlineData("2024-01-31T10:00:00-05:30", "2024-01-31T15:30:00Z")]
    [InlineData("1704067200000", "2024-01-01T00:00:00Z")]
    [InlineData("-62135596800000", "0001-01-01T00:00:00Z")]
    [InlineData("9999-12-31", "9999-12-31T00:00:00Z")]
    public void Time_is_read(string text, string iso)
    {
        Assert.True(TimeText.TryParse(text, out var timeMs));
        Assert.Equal(iso, TimeText.Iso(timeMs));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("now")]
    [InlineData("1704067200")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("2024-02-30")]
    [InlineData("2024-1-1")]
    [InlineData("01/31/2024")]
    [InlineData("2024-01-31T25:00:00Z")]
    [InlineData("2024-01-31T10:00:00.0001Z")]
    [InlineData(" 2024-01-31")]
    [InlineData("2024-01-31Z ")]
    [InlineData("10000-01-01")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T00:00:01Z")]
    [InlineData("253402300800000")]
    [InlineData("99999999999999999999999")]
    [InlineData("17040672000٠٠")]
    [InlineData("2024-01-31T10:00:00.00000000000000000000000000000000000000Z")]
    public void Text_that_is_no_time_is_refused(string? text) => Assert.False(TimeText.TryParse(text, out _));

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(TimeText.MinMs - 1)]
    [InlineData(TimeText.MaxMs + 86_400_000)]
    [InlineData(long.MaxValue)]
    public void Time_outside_the_calendar_is_written_as_a_number(long timeMs) =>
        Assert.Equal(timeMs.ToString(CultureInfo.InvariantCulture), TimeText.Iso(timeMs));
}
