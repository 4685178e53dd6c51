namespace TraderData.Core;

/// <summary>
/// The days on which the New York Stock Exchange does not open, or closes early: by the rules of the present, and those that no rule foretells.
/// </summary>
internal static class NyseHolidays
{
    // The first Juneteenth on which the exchange closed.
    private const int FirstJuneteenth = 2022;

    // Days of mourning for the presidents G. H. W. Bush and Carter.
    private static readonly DateOnly[] Unforeseen = [new(2018, 12, 5), new(2025, 1, 9)];

    /// <summary>The closed days of a year, apart from Saturdays and Sundays.</summary>
    public static HashSet<DateOnly> Of(int year)
    {
        var days = new HashSet<DateOnly>(Unforeseen.Where(d => d.Year == year))
        {
            Nth(year, 1, DayOfWeek.Monday, 3),
            Nth(year, 2, DayOfWeek.Monday, 3),
            Easter(year).AddDays(-2),
            Nth(year, 6, DayOfWeek.Monday, 1).AddDays(-7),
            Observed(new DateOnly(year, 7, 4)),
            Nth(year, 9, DayOfWeek.Monday, 1),
            Thanksgiving(year),
            Observed(new DateOnly(year, 12, 25)),
        };

        // A New Year's Day on a Saturday is not made up for: the Friday before ends the books of the year.
        var newYear = new DateOnly(year, 1, 1);
        if (newYear.DayOfWeek != DayOfWeek.Saturday)
            days.Add(Observed(newYear));
        if (year >= FirstJuneteenth)
            days.Add(Observed(new DateOnly(year, 6, 19)));
        return days;
    }

    /// <summary>
    /// True for the open days that end at 13:00: the day after Thanksgiving, and from Monday to Thursday the third of July and the 24th of December.
    /// On a Friday those two are the holiday itself, made up for.
    /// </summary>
    public static bool EndsEarly(DateOnly openDay) =>
        (openDay.Month, openDay.Day) is (7, 3) or (12, 24) || openDay.AddDays(-1) == Thanksgiving(openDay.Year);

    private static DateOnly Thanksgiving(int year) => Nth(year, 11, DayOfWeek.Thursday, 4);

    private static DateOnly Observed(DateOnly day) => day.DayOfWeek switch
    {
        DayOfWeek.Saturday => day.AddDays(-1),
        DayOfWeek.Sunday => day.AddDays(1),
        _ => day,
    };

    private static DateOnly Nth(int year, int month, DayOfWeek weekday, int nth)
    {
        var first = new DateOnly(year, month, 1);
        return first.AddDays((((int)weekday - (int)first.DayOfWeek + 7) % 7) + (7 * (nth - 1)));
    }

    // The Gregorian computus of Meeus, Jones and Butcher.
    private static DateOnly Easter(int year)
    {
        int a = year % 19, b = year / 100, c = year % 100;
        int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
        var h = ((19 * a) + b - d - g + 15) % 30;
        int i = c / 4, k = c % 4;
        var l = (32 + (2 * e) + (2 * i) - h - k) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var n = h + l - (7 * m) + 114;
        return new DateOnly(year, n / 31, (n % 31) + 1);
    }
}
