using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TraderData.Core;

/// <summary>
/// The length of a bar: a number of minutes, hours, days or weeks, on a grid in UTC that starts at the epoch; weeks start on Monday.
/// Made only by <see cref="TryParse"/> or taken from <see cref="Standard"/>, so that each length has one spelling: <c>60m</c> is <c>1h</c>.
/// </summary>
public readonly record struct Timeframe
{
    /// <summary>One minute.</summary>
    public static readonly Timeframe M1 = new(MinuteMs);

    /// <summary>One hour.</summary>
    public static readonly Timeframe H1 = new(HourMs);

    /// <summary>Four hours.</summary>
    public static readonly Timeframe H4 = new(4 * HourMs);

    /// <summary>One day.</summary>
    public static readonly Timeframe D1 = new(DayMs);

    /// <summary>One week, from Monday.</summary>
    public static readonly Timeframe W1 = new(WeekMs);

    /// <summary>Those that are fetched and stored, shortest first: 1m 5m 15m 30m 1h 4h 1d 1w.</summary>
    public static readonly IReadOnlyList<Timeframe> Standard =
        [M1, new(5 * MinuteMs), new(15 * MinuteMs), new(30 * MinuteMs), H1, H4, D1, W1];

    private const long MinuteMs = 60_000;
    private const long HourMs = 60 * MinuteMs;
    private const long DayMs = 24 * HourMs;
    private const long WeekMs = 7 * DayMs;

    // 1970-01-05, the first Monday: the epoch was a Thursday.
    private const long FirstMondayMs = 4 * DayMs;

    private Timeframe(long durationMs) => DurationMs = durationMs;

    /// <summary>How long a bar lasts, in milliseconds. Zero only in <c>default</c>, which no method takes.</summary>
    public long DurationMs { get; }

    /// <summary>True for the eight that are fetched and stored.</summary>
    public bool IsStandard => Standard.Contains(this);

    private long OriginMs => DurationMs % WeekMs == 0 ? FirstMondayMs : 0;

    /// <summary>Reads <c>1m</c>, <c>2h</c>, <c>3d</c>, <c>1w</c>: a number of 1 to 10,000 and a unit, lower case, at most 366 days.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out Timeframe timeframe)
    {
        timeframe = default;
        if (text is null || text.Length is < 2 or > 6 || text[0] == '0')
            return false;
        var unit = text[^1] switch { 'm' => MinuteMs, 'h' => HourMs, 'd' => DayMs, 'w' => WeekMs, _ => 0 };
        if (unit == 0 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return false;
        if (count is < 1 or > 10_000 || count * unit > 366 * DayMs)
            return false;
        timeframe = new Timeframe(count * unit);
        return true;
    }

    /// <summary>Reads a timeframe.</summary>
    /// <exception cref="FormatException">The text is none.</exception>
    public static Timeframe Parse(string text) => TryParse(text, out var timeframe)
        ? timeframe
        : throw new FormatException($"timeframe must be one of {string.Join(' ', Standard)}, or a number of m, h, d or w, was '{text}'");

    /// <summary>The opening time of the bar that a time falls in.</summary>
    public long Floor(long timeMs)
    {
        var offset = (timeMs - OriginMs) % DurationMs;
        return timeMs - (offset < 0 ? offset + DurationMs : offset);
    }

    /// <summary>The first opening time at or behind a time.</summary>
    public long Ceiling(long timeMs) => Floor(timeMs + DurationMs - 1);

    /// <summary>True when a time is the opening time of a bar.</summary>
    public bool IsOnGrid(long timeMs) => (timeMs - OriginMs) % DurationMs == 0;

    /// <summary>The index of the first of ascending opening times at or behind an end, from <paramref name="start"/> on; their number when there is none.</summary>
    internal int IndexBehind(ReadOnlySpan<long> times, int start, long endMs)
    {
        // Where no bar is missing it is as far away as the grid says.
        var guess = start + (int)Math.Min(times.Length - start, (endMs - times[start] + DurationMs - 1) / DurationMs);
        if (guess > start && times[guess - 1] < endMs && (guess == times.Length || times[guess] >= endMs))
            return guess;
        var index = times[start..].BinarySearch(endMs);
        return start + (index < 0 ? ~index : index);
    }

    /// <summary>How many opening times lie in a range.</summary>
    public long CountIn(TimeRange range) => (Ceiling(range.EndMs) - Ceiling(range.StartMs)) / DurationMs;

    /// <summary>True when bars of this timeframe can be put together to bars of a coarser one.</summary>
    public bool Divides(Timeframe coarser) => coarser.DurationMs % DurationMs == 0 && (coarser.OriginMs - OriginMs) % DurationMs == 0;

    /// <summary><c>1m</c>, <c>4h</c>, <c>1d</c>: the greatest unit that divides it.</summary>
    public override string ToString()
    {
        var (unit, letter) = DurationMs % WeekMs == 0 ? (WeekMs, 'w')
            : DurationMs % DayMs == 0 ? (DayMs, 'd')
            : DurationMs % HourMs == 0 ? (HourMs, 'h')
            : (MinuteMs, 'm');
        return string.Create(CultureInfo.InvariantCulture, $"{DurationMs / unit}{letter}");
    }
}
