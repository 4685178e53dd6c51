namespace TraderData.Simulator;

/// <summary>
/// The yearly halt of the generated Binance market, after the one of 2021-08-13: from August 13, 01:59:41.646 until 06:30 UTC. The minute in which
/// it begins is cut short, the minutes 02:00 to 06:29 have no bar.
/// </summary>
internal sealed class Halts(bool enabled)
{
    private const long StopsBeforeMs = 18_354;
    private const long MissingMs = 270 * MinuteSource.MinuteMs;

    /// <summary>True when a minute that starts at this time has no bar.</summary>
    public bool Covers(long timeMs) => enabled && timeMs - FirstMissing(timeMs) is >= 0 and < MissingMs;

    /// <summary>The last millisecond of a bar: where trading stopped, when it stopped in the bar and did not begin again before its end.</summary>
    public long CloseTime(long startMs, long endMs)
    {
        var first = FirstMissing(endMs - 1);
        return enabled && startMs < first && endMs >= first && endMs <= first + MissingMs ? first - StopsBeforeMs - 1 : endMs - 1;
    }

    private static long FirstMissing(long timeMs) =>
        new DateTimeOffset(DateTimeOffset.FromUnixTimeMilliseconds(timeMs).Year, 8, 13, 2, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
