namespace TraderData.Core.Tests;

/// <summary>The calendar of the New York Stock Exchange as it published it, or as it was, written out: nothing here is computed.</summary>
internal static class NyseHistory
{
    /// <summary>How many sessions a year had, for the years that are over.</summary>
    public static readonly (int Year, int Sessions)[] SessionCounts =
    [
        (2016, 252), (2017, 251), (2018, 251), (2019, 252), (2020, 253), (2021, 252), (2022, 251), (2023, 250), (2024, 252), (2025, 250),
    ];

    // MM-DD of the weekdays without a session.
    private const string Closed = """
        2016: 01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26
        2017: 01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25
        2018: 01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25
        2019: 01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25
        2020: 01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25
        2021: 01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24
        2022: 01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26
        2023: 01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25
        2024: 01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25
        2025: 01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25
        2026: 01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25
        2027: 01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24
        2028: 01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25
        2029: 01-01 01-15 02-19 03-30 05-28 06-19 07-04 09-03 11-22 12-25
        2030: 01-01 01-21 02-18 04-19 05-27 06-19 07-04 09-02 11-28 12-25
        """;

    // MM-DD of the sessions that end at 13:00.
    private const string Short = """
        2016: 11-25
        2017: 07-03 11-24
        2018: 07-03 11-23 12-24
        2019: 07-03 11-29 12-24
        2020: 11-27 12-24
        2021: 11-26
        2022: 11-25
        2023: 07-03 11-24
        2024: 07-03 11-29 12-24
        2025: 07-03 11-28 12-24
        2026: 11-27 12-24
        2027: 11-26
        2028: 07-03 11-24
        2029: 07-03 11-23 12-24
        2030: 07-03 11-29 12-24
        """;

    // The Sundays on which New York's clocks go forward and back.
    private const string SummerTime = """
        2016: 03-13 11-06
        2017: 03-12 11-05
        2018: 03-11 11-04
        2019: 03-10 11-03
        2020: 03-08 11-01
        2021: 03-14 11-07
        2022: 03-13 11-06
        2023: 03-12 11-05
        2024: 03-10 11-03
        2025: 03-09 11-02
        2026: 03-08 11-01
        2027: 03-14 11-07
        2028: 03-12 11-05
        2029: 03-11 11-04
        2030: 03-10 11-03
        """;

    /// <summary>The sessions of a year, in UTC, one for each weekday that is not in the table.</summary>
    public static IEnumerable<TimeRange> Sessions(int year)
    {
        var (closed, shortened, clocks) = (DaysOf(Closed, year), DaysOf(Short, year), DaysOf(SummerTime, year));
        for (var date = new DateOnly(year, 1, 1); date.Year == year; date = date.AddDays(1))
        {
            if (date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || closed.Contains(date))
                continue;
            var utc = date > clocks[0] && date < clocks[1] ? 4 : 5;
            yield return new TimeRange(At(date, (9 + utc) * 60 + 30), At(date, ((shortened.Contains(date) ? 13 : 16) + utc) * 60));
        }
    }

    /// <summary>Midnight in New York; on the Sundays themselves the clock changes after it.</summary>
    public static long Midnight(DateOnly date)
    {
        var clocks = DaysOf(SummerTime, date.Year);
        return At(date, (date > clocks[0] && date <= clocks[1] ? 4 : 5) * 60);
    }

    private static long At(DateOnly date, int minutes) =>
        new DateTimeOffset(date, TimeOnly.MinValue, TimeSpan.Zero).AddMinutes(minutes).ToUnixTimeMilliseconds();

    private static DateOnly[] DaysOf(string table, int year)
    {
        var line = table.Split('\n').Single(l => l.StartsWith($"{year}:", StringComparison.Ordinal));
        return [.. line[5..].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => DateOnly.ParseExact($"{year}-{d.Trim()}", "yyyy-MM-dd"))];
    }
}
