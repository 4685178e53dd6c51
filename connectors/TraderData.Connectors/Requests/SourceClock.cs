namespace TraderData.Connectors;

/// <summary>
/// The clock of a source as last heard, carried on by our own timer. It is never ahead of the source's: a time counts from when it arrived.
/// Safe for use by many at once.
/// </summary>
/// <param name="time">Measures what passed since.</param>
public sealed class SourceClock(TimeProvider time)
{
    // Quartz crystals are off by less than 100 ppm, and a clock that is being set runs no faster (NTP slews by 500 ppm at most, and rarely).
    private const long DriftDivisor = 10_000;

    private readonly Lock _gate = new();
    private Reading? _last;
    private Reading? _earliest;
    private Reading? _latest;

    /// <summary>Takes over a time that the source told just now.</summary>
    /// <param name="sourceMs">Unix milliseconds UTC.</param>
    /// <param name="vague">How much later it can have been by now: the way to the source and back, and a second when it tells whole ones.</param>
    public void Hear(long sourceMs, TimeSpan vague)
    {
        var now = time.GetTimestamp();
        lock (_gate)
        {
            var latestMs = sourceMs + (long)Math.Ceiling(vague.TotalMilliseconds);
            var (knownEarliestMs, knownLatestMs) = Bounds() ?? (sourceMs, latestMs);

            // Two readings that cannot both be true: one of the clocks was set. The later one counts.
            var agree = sourceMs <= knownLatestMs && knownEarliestMs <= latestMs;
            _last = new Reading(sourceMs, now);
            _earliest = new Reading(agree ? Math.Max(sourceMs, knownEarliestMs) : sourceMs, now);
            _latest = new Reading(agree ? Math.Min(latestMs, knownLatestMs) : latestMs, now);
        }
    }

    /// <summary>Tells the source's time.</summary>
    /// <param name="maxAge">How long ago it may have been heard.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <returns>False when it was heard longer ago, or never.</returns>
    public bool TryTell(TimeSpan maxAge, out long nowMs)
    {
        nowMs = 0;
        if (Volatile.Read(ref _last) is not { } last)
            return false;
        nowMs = last.SourceMs + (long)Elapsed(last).TotalMilliseconds;
        return Elapsed(last) <= maxAge;
    }

    /// <summary>The source's time as last heard, whenever that was, Unix milliseconds UTC; null when it was never heard.</summary>
    internal long? TellLast() => TryTell(TimeSpan.MaxValue, out var nowMs) ? nowMs : null;

    /// <summary>Between which times the source's clock stands now, by all that was heard, Unix milliseconds UTC; null when it was never heard.</summary>
    internal (long EarliestMs, long LatestMs)? TellBounds()
    {
        lock (_gate)
            return Bounds();
    }

    private (long EarliestMs, long LatestMs)? Bounds()
    {
        if (_earliest is not { } earliest || _latest is not { } latest)
            return null;
        var elapsedMs = (long)Elapsed(earliest).TotalMilliseconds;
        var driftMs = elapsedMs / DriftDivisor;
        return (earliest.SourceMs + elapsedMs - driftMs, latest.SourceMs + elapsedMs + driftMs);
    }

    private TimeSpan Elapsed(Reading reading) => time.GetElapsedTime(reading.Timestamp);

    private sealed record Reading(long SourceMs, long Timestamp);
}
