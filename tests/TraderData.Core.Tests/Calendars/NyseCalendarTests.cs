using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using TraderData.Testing;

namespace TraderData.Core.Tests;

public sealed class NyseCalendarTests
{
    private static readonly NyseCalendar Nyse = NyseCalendar.Instance;

    public static TheoryData<int> Years => [.. Enumerable.Range(2016, 15)];

    [Theory]
    [MemberData(nameof(Years))]
    public void Sessions_of_a_year_are_those_of_the_exchange(int year)
    {
        Assert.Equal(NyseHistory.Sessions(year), Nyse.Sessions(Year(year)));
        for (var date = new DateOnly(year, 1, 1); date.Year == year; date = date.AddDays(1))
        {
            var day = new TimeRange(NyseCalendar.MidnightMs(date), NyseCalendar.MidnightMs(date.AddDays(1)));
            Assert.Equal(NyseHistory.Sessions(year).Where(day.Contains).Select(s => (TimeRange?)s).SingleOrDefault(), Nyse.SessionOf(date));
        }
    }

    [Fact]
    public void Years_have_as_many_sessions_as_the_exchange_counted() =>
        Assert.All(NyseHistory.SessionCounts, y => Assert.Equal(y.Sessions, Nyse.Sessions(Year(y.Year)).Count()));

    [Fact]
    public void A_range_gives_whole_sessions_that_it_touches()
    {
        var all = Enumerable.Range(2023, 4).SelectMany(NyseHistory.Sessions).ToArray();
        var startMs = Ms("2023-01-01T00:00:00Z");
        var minutes = Gen.Choose(0, (3 * 365) + 1).SelectMany(day => Gen.Choose(0, 1_439).Select(minute => startMs + (((day * 1_440L) + minute) * 60_000)));
        Prop.ForAll(minutes.Two().ToArbitrary(), ends =>
        {
            var range = new TimeRange(Math.Min(ends.Item1, ends.Item2), Math.Max(ends.Item1, ends.Item2));
            Assert.Equal(all.Where(s => !s.Intersect(range).IsEmpty).ToArray(), Nyse.Sessions(range));
        }).Check(Config.QuickThrowOnFailure);
    }

    [Theory]
    [InlineData("2024-01-02T14:29:00Z", "2024-01-02T14:30:00Z", 0)]
    [InlineData("2024-01-02T14:30:00Z", "2024-01-02T14:31:00Z", 1)]
    [InlineData("2024-01-02T20:59:00Z", "2024-01-03T14:31:00Z", 2)]
    [InlineData("2024-01-02T21:00:00Z", "2024-01-03T14:30:00Z", 0)]
    [InlineData("2024-01-02T15:00:00Z", "2024-01-02T15:00:00Z", 0)]
    public void Ends_are_half_open(string start, string end, int sessions) =>
        Assert.Equal(sessions, Nyse.Sessions(new TimeRange(Ms(start), Ms(end))).Count());

    [Fact]
    public void Other_years_follow_the_rules_and_every_range_has_an_end()
    {
        // 1998-01-01 was a Thursday; 2031-07-04 is a Friday, and the third a short day.
        Assert.Null(Nyse.SessionOf(new DateOnly(1998, 1, 1)));
        Assert.Equal(new TimeRange(Ms("2031-07-03T13:30:00Z"), Ms("2031-07-03T17:00:00Z")), Nyse.SessionOf(new DateOnly(2031, 7, 3)));
        Assert.Null(Nyse.SessionOf(new DateOnly(1969, 12, 31)));
        Assert.Null(Nyse.SessionOf(new DateOnly(2100, 1, 4)));
        var all = Nyse.Sessions(TimeRange.All).ToArray();
        Assert.Equal((1970, 2099), (NyseCalendar.DateAt(all[0].StartMs).Year, NyseCalendar.DateAt(all[^1].StartMs).Year));
        Assert.Equal(all.OrderBy(s => s.StartMs), all);
        Assert.Empty(Nyse.Sessions(new TimeRange(TimeText.MinMs, 0)));
    }

    [Theory]
    [InlineData("2024-03-10T04:59:59Z", "2024-03-09")]
    [InlineData("2024-03-10T05:00:00Z", "2024-03-10")]
    [InlineData("2024-03-11T03:59:59Z", "2024-03-10")]
    [InlineData("2024-03-11T04:00:00Z", "2024-03-11")]
    public void Dates_change_at_midnight_in_New_York(string time, string date) => Assert.Equal(DateOnly.Parse(date), NyseCalendar.DateAt(Ms(time)));

    [Theory]
    [InlineData("NVDA")]
    [InlineData("MSFT")]
    [InlineData("PBJ")]
    public void Recorded_day_bars_stand_at_midnight_of_every_session(string symbol)
    {
        using var answer = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path($"alpaca/wire/bars_{symbol}_1Day_2024-01-02_2025-01-31.json")));
        var bars = Times(answer, symbol);
        Assert.InRange(bars.Length, 271, 272);
        Assert.Equal(Nyse.Sessions(new TimeRange(bars[0], bars[^1] + 86_400_000)).Select(s => NyseCalendar.MidnightMs(NyseCalendar.DateAt(s.StartMs))), bars);
    }

    [Fact]
    public void Recorded_minutes_lie_within_the_session()
    {
        using var first = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("alpaca/wire/bars_AAPL_1Min_2024-06-03_iex_page0.json")));
        using var second = JsonDocument.Parse(File.ReadAllBytes(SharedData.Path("alpaca/wire/bars_AAPL_1Min_2024-06-03_iex_page1.json")));
        var session = Nyse.SessionOf(new DateOnly(2024, 6, 3))!.Value;
        Assert.All(Times(first, "AAPL").Concat(Times(second, "AAPL")), t => Assert.True(session.Contains(t), TimeText.Iso(t)));
        Assert.Equal(session.StartMs, Times(first, "AAPL")[0]);
    }

    [Fact]
    public void Recorded_days_of_two_years_are_the_sessions()
    {
        var days = File.ReadLines(SharedData.Path("other/SPY_1d_2017_2018.csv")).Skip(1).Select(l => DateOnly.ParseExact(l.Split(',')[0], "yyyy-MM-dd"));
        Assert.Equal(days, Nyse.Sessions(new TimeRange(Year(2017).StartMs, Year(2018).EndMs)).Select(s => NyseCalendar.DateAt(s.StartMs)));
    }

    private static long[] Times(JsonDocument answer, string symbol) =>
        [.. answer.RootElement.GetProperty("bars").GetProperty(symbol).EnumerateArray().Select(b => Ms(b.GetProperty("t").GetString()!))];

    private static TimeRange Year(int year) => new(Ms($"{year}-01-01T00:00:00Z"), Ms($"{year + 1}-01-01T00:00:00Z"));

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);
}
