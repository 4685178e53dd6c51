namespace TraderData.Connectors;

/// <summary>
/// The clock of a source as last heard, carried on by our own timer. It is never ahead of the source's: a time counts from when it arrived.
/// Safe for use by many at once.
/// </summary>
/// <param name="time">Measures what passed since.</param>
public sealed class SourceClock(TimeProvider time)
{
    private Reading? _last;

    /// <summary>Takes over a time that the source told just now.</summary>
    /// <param name="sourceMs">Unix milliseconds UTC.</param>
    public void Hear(long sourceMs) => Volatile.Write(ref _last, new Reading(sourceMs, time.GetTimestamp()));

    /// <summary>Tells the source's time.</summary>
    /// <param name="maxAge">How long ago it may have been heard.</param>
    /// <param name="nowMs">Unix milliseconds UTC.</param>
    /// <returns>False when it was heard longer ago, or never.</returns>
    public bool TryTell(TimeSpan maxAge, out long nowMs)
    {
        nowMs = 0;
        if (Volatile.Read(ref _last) is not { } last)
            return false;
        var elapsed = time.GetElapsedTime(last.Timestamp);
        nowMs = last.SourceMs + (long)elapsed.TotalMilliseconds;
        return elapsed <= maxAge;
    }

    private sealed record Reading(long SourceMs, long Timestamp);
}
