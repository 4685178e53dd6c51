using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The binary form of <c>timestamptz</c>: microseconds since 2000-01-01T00:00:00Z.</summary>
internal static class PgTime
{
    // 2000-01-01T00:00:00Z in Unix milliseconds.
    private const long EpochMs = 946_684_800_000;

    /// <summary>Microseconds of Postgres for Unix milliseconds.</summary>
    public static long FromUnixMs(long timeMs) => (timeMs - EpochMs) * 1_000;

    /// <summary>Unix milliseconds for microseconds of Postgres.</summary>
    /// <returns>False when it is finer than a millisecond, infinite, or outside what can be held.</returns>
    public static bool TryToUnixMs(long micros, out long timeMs)
    {
        timeMs = EpochMs + (micros / 1_000);
        return micros % 1_000 == 0 && micros is > long.MinValue and < long.MaxValue && timeMs is >= TimeText.MinMs and < TimeText.MaxMs;
    }

    /// <summary>
    /// Unix milliseconds for microseconds of Postgres, rounded up: when something was stored. What lies outside the years 1 to 9999, infinity too, is
    /// put at their ends, -infinity is <see cref="StoredBars.Unknown"/>.
    /// </summary>
    public static long ToUnixMsCeiling(long micros) => micros switch
    {
        long.MinValue => StoredBars.Unknown,
        > (TimeText.MaxMs - EpochMs) * 1_000 => TimeText.MaxMs,
        < (TimeText.MinMs - EpochMs) * 1_000 => TimeText.MinMs,
        _ => EpochMs + (micros / 1_000) + (micros % 1_000 > 0 ? 1 : 0),
    };

    /// <summary>Unix milliseconds as a UTC <see cref="DateTime"/>, for parameters.</summary>
    public static DateTime ToDateTime(long timeMs) => DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime;

    /// <summary>A UTC <see cref="DateTime"/> from a column as Unix milliseconds; what is finer is cut off.</summary>
    public static long FromDateTime(DateTime time) => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
