using NodaTime;

namespace TraderData.Core;

/// <summary>
/// The regular sessions of the New York Stock Exchange, in the time of New York: 09:30 to 16:00, or to 13:00 before some holidays. From 2016 to 2030 it
/// is the exchange's own calendar, as far as it is known. From <see cref="FirstYear"/> to 2015 and from 2031 to <see cref="LastYear"/> the rules of the
/// present are applied, without the closures that no rule foretells; before and after that it knows of no session.
/// </summary>
public sealed class NyseCalendar : ITradingCalendar
{
    /// <summary>The first year with sessions.</summary>
    public const int FirstYear = 1970;

    /// <summary>The last year with sessions: a bound to what a range of any length can cost.</summary>
    public const int LastYear = 2099;

    /// <summary>The only one.</summary>
    public static readonly NyseCalendar Instance = new();

    private static readonly TimeSpan Opens = new(9, 30, 0);
    private static readonly TimeSpan Closes = new(16, 0, 0);
    private static readonly TimeSpan ClosesEarly = new(13, 0, 0);
    private static readonly DateTimeZone NewYork = DateTimeZoneProviders.Tzdb["America/New_York"];

    private readonly TimeRange[]?[] _years = new TimeRange[]?[LastYear - FirstYear + 1];

    private NyseCalendar()
    {
    }

    /// <summary>The date in New York at a time, Unix milliseconds UTC from year 1970 to 9999.</summary>
    public static DateOnly DateAt(long timeMs)
    {
        var offsetMs = NewYork.GetUtcOffset(Instant.FromUnixTimeMilliseconds(timeMs)).Milliseconds;
        return DateOnly.FromDateTime(DateTime.UnixEpoch.AddMilliseconds(timeMs + offsetMs));
    }

    /// <summary>Midnight in New York at which a date begins, Unix milliseconds UTC.</summary>
    public static long MidnightMs(DateOnly date) => TimeMs(date, TimeSpan.Zero);

    /// <summary>The session of a date in New York; null when the exchange does not open.</summary>
    public TimeRange? SessionOf(DateOnly date)
    {
        if (date.Year is < FirstYear or > LastYear)
            return null;
        var sessions = SessionsIn(date.Year);
        var index = FirstEndingBehind(sessions, MidnightMs(date));
        return index < sessions.Length && sessions[index].StartMs < MidnightMs(date.AddDays(1)) ? sessions[index] : null;
    }

    /// <inheritdoc/>
    public IEnumerable<TimeRange> Sessions(TimeRange range)
    {
        if (range.IsEmpty)
            yield break;
        var first = Math.Max(FirstYear, UtcYear(range.StartMs));
        var last = Math.Min(LastYear, UtcYear(range.EndMs));

        // A session lies within one day in UTC as well: at 16:00 in New York it is 20:00 or 21:00.
        for (var year = first; year <= last; year++)
        {
            var sessions = SessionsIn(year);
            for (var i = FirstEndingBehind(sessions, range.StartMs); i < sessions.Length && sessions[i].StartMs < range.EndMs; i++)
                yield return sessions[i];
        }
    }

    private static int UtcYear(long timeMs) => DateTime.UnixEpoch.AddMilliseconds(timeMs).Year;

    // The clock stands still or jumps at two in the morning on Sundays, never at midnight or within a session.
    private static long TimeMs(DateOnly date, TimeSpan time) =>
        NewYork.AtStrictly(new LocalDate(date.Year, date.Month, date.Day).AtMidnight().PlusTicks(time.Ticks)).ToInstant().ToUnixTimeMilliseconds();

    private static int FirstEndingBehind(TimeRange[] sessions, long timeMs)
    {
        var (low, high) = (0, sessions.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sessions[middle].EndMs > timeMs)
                high = middle;
            else
                low = middle + 1;
        }

        return low;
    }

    // Two threads may make the same year: either is right.
    private TimeRange[] SessionsIn(int year) => _years[year - FirstYear] ??= [.. MakeSessions(year)];

    private static IEnumerable<TimeRange> MakeSessions(int year)
    {
        var holidays = NyseHolidays.Of(year);
        for (var date = new DateOnly(year, 1, 1); date.Year == year; date = date.AddDays(1))
        {
            if (date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !holidays.Contains(date))
                yield return new TimeRange(TimeMs(date, Opens), TimeMs(date, NyseHolidays.EndsEarly(date) ? ClosesEarly : Closes));
        }
    }
}
