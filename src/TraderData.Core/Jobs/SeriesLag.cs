namespace TraderData.Core;

/// <summary>How far behind its source's clock a series is.</summary>
public static class SeriesLag
{
    /// <summary>
    /// Up to when a series is known: behind its last bar, or where the source was asked on from there and had none (a night, a halt, a delisting).
    /// </summary>
    /// <param name="info">The series; null when it is not held.</param>
    /// <param name="timeframe">Its timeframe.</param>
    /// <returns>Unix milliseconds UTC; null when nothing is known of it.</returns>
    public static long? KnownEndMs(SeriesInfo? info, Timeframe timeframe)
    {
        if (info?.LastMs is not { } last)
            return info is { Fetched.Count: > 0 } ? info.Fetched[^1].EndMs : null;
        foreach (var range in info.Fetched)
        {
            if (range.Contains(last))
                return Math.Max(range.EndMs, last + timeframe.DurationMs);
        }

        return last + timeframe.DurationMs;
    }

    /// <summary>How long ago the first bar closed that is not known; zero when all that are closed are.</summary>
    /// <param name="knownEndMs">See <see cref="KnownEndMs"/>.</param>
    /// <param name="timeframe">The timeframe.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    public static TimeSpan Of(long knownEndMs, Timeframe timeframe, long nowMs) =>
        TimeSpan.FromMilliseconds(Math.Max(0, nowMs - (knownEndMs + timeframe.DurationMs)));
}
