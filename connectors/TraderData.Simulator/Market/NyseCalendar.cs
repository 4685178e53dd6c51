using System.Collections.Concurrent;
using NodaTime;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>
/// The regular sessions of the New York Stock Exchange: 09:30 to 16:00, to 13:00 on the eves of holidays, by the rules of the present, without the
/// closures that no rule foretells (storms, mourning).
/// </summary>
internal static class NyseCalendar
{
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];
    private static readonly LocalTime Opens = new(9, 30);
    private static readonly LocalTime Closes = new(16, 0);
    private static readonly LocalTime ClosesEarly = new(13, 0);
    private static readonly ConcurrentDictionary<int, HashSet<LocalDate>> HolidaysOfYear = [];

    /// <summary>The date in New York.</summary>
    public static LocalDate DateAt(long timeMs) => Instant.FromUnixTimeMilliseconds(timeMs).InZone(NewYork).Date;

    /// <summary>Midnight in New York at which a date begins, Unix milliseconds.</summary>
    public static long Midnight(LocalDate date) => date.AtStartOfDayInZone(NewYork).ToInstant().ToUnixTimeMilliseconds();

    /// <summary>The session of a date; null when the exchange is closed.</summary>
    public static TimeRange? Session(LocalDate date)
    {
        if (date.DayOfWeek is IsoDayOfWeek.Saturday or IsoDayOfWeek.Sunday || HolidaysOfYear.GetOrAdd(date.Year, Holidays).Contains(date))
            return null;
        return new TimeRange(At(date, Opens), At(date, IsShort(date) ? ClosesEarly : Closes));
    }

    private static long At(LocalDate date, LocalTime time) => NewYork.AtStrictly(date + time).ToInstant().ToUnixTimeMilliseconds();

    private static bool IsShort(LocalDate date) =>
        (date.Month == 7 && date.Day == 3)
        || (date.Month == 12 && date.Day == 24)
        || date.PlusDays(-1) == Nth(date.Year, 11, IsoDayOfWeek.Thursday, 4);

    private static HashSet<LocalDate> Holidays(int year)
    {
        var days = new HashSet<LocalDate>
        {
            Nth(year, 1, IsoDayOfWeek.Monday, 3),
            Nth(year, 2, IsoDayOfWeek.Monday, 3),
            Easter(year).PlusDays(-2),
            new LocalDate(year, 5, 31).PlusDays(1).Previous(IsoDayOfWeek.Monday),
            Observed(new LocalDate(year, 7, 4)),
            Nth(year, 9, IsoDayOfWeek.Monday, 1),
            Nth(year, 11, IsoDayOfWeek.Thursday, 4),
            Observed(new LocalDate(year, 12, 25)),
        };

        // A New Year's Day on a Saturday is not made up for: the Friday before ends the books of the year.
        var newYear = new LocalDate(year, 1, 1);
        if (newYear.DayOfWeek != IsoDayOfWeek.Saturday)
            days.Add(Observed(newYear));
        if (year >= 2022)
            days.Add(Observed(new LocalDate(year, 6, 19)));
        return days;
    }

    private static LocalDate Observed(LocalDate day) => day.DayOfWeek switch
    {
        IsoDayOfWeek.Saturday => day.PlusDays(-1),
        IsoDayOfWeek.Sunday => day.PlusDays(1),
        _ => day,
    };

    private static LocalDate Nth(int year, int month, IsoDayOfWeek weekday, int nth)
    {
        var first = new LocalDate(year, month, 1);
        return first.PlusDays((((int)weekday - (int)first.DayOfWeek + 7) % 7) + (7 * (nth - 1)));
    }

    // The Gregorian computus of Meeus, Jones and Butcher.
    private static LocalDate Easter(int year)
    {
        int a = year % 19, b = year / 100, c = year % 100;
        int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
        var h = ((19 * a) + b - d - g + 15) % 30;
        int i = c / 4, k = c % 4;
        var l = (32 + (2 * e) + (2 * i) - h - k) % 7;
        var m = (a + (11 * h) + (22 * l)) / 451;
        var n = h + l - (7 * m) + 114;
        return new LocalDate(year, n / 31, (n % 31) + 1);
    }
}
