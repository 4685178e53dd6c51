namespace TraderData.Simulator;

/// <summary>What the meter says to a request.</summary>
/// <param name="Used">Weight used in this minute, this request with it.</param>
/// <param name="RetryAfterSeconds">Seconds until it is worth asking again; 0 when the request may pass.</param>
/// <param name="BannedUntilMs">When a ban ends; null without one.</param>
/// <param name="BannedForMs">How long ago the ban was told.</param>
internal readonly record struct WeightVerdict(int Used, int RetryAfterSeconds, long? BannedUntilMs, long BannedForMs = 0);

/// <summary>Counts weight for each minute of the exchange's clock, and bans who goes on after being told to stop. Safe for any thread.</summary>
internal sealed class WeightMeter(int limit, int tolerance, TimeSpan ban)
{
    private const long MinuteMs = 60_000;

    private readonly Lock _lock = new();
    private long _minute;
    private int _limit = limit;
    private int _used;
    private int _ignored;
    // When a ban was told; null while whoever asks now was not told yet.
    private long? _toldMs;
    private long _bannedUntilMs;

    /// <summary>The weight that is allowed in a minute; may change while it counts.</summary>
    public int Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    public WeightVerdict Spend(int weight, long nowMs)
    {
        lock (_lock)
        {
            if (nowMs / MinuteMs != _minute)
                (_minute, _used) = (nowMs / MinuteMs, 0);
            _used += weight;
            if (nowMs < _bannedUntilMs)
                return Banned(nowMs);
            if (_used <= Limit)
            {
                _ignored = 0;
                return new WeightVerdict(_used, 0, null);
            }

            if (++_ignored <= tolerance)
                return new WeightVerdict(_used, Seconds(((_minute + 1) * MinuteMs) - nowMs), null);
            return Ban(nowMs, ban);
        }
    }

    /// <summary>Bans, whatever was used.</summary>
    public WeightVerdict Ban(long nowMs, TimeSpan duration)
    {
        lock (_lock)
        {
            _ignored = 0;
            (_toldMs, _bannedUntilMs) = (nowMs, nowMs + (long)duration.TotalMilliseconds);
            return Banned(nowMs);
        }
    }

    /// <summary>A ban that was told less than some time ago is told anew to the next who asks.</summary>
    public void LoseNotice(long nowMs, TimeSpan notice)
    {
        lock (_lock)
        {
            if (nowMs - _toldMs < notice.TotalMilliseconds)
                _toldMs = null;
        }
    }

    private WeightVerdict Banned(long nowMs)
    {
        _toldMs ??= nowMs;
        return new WeightVerdict(_used, Seconds(_bannedUntilMs - nowMs), _bannedUntilMs, nowMs - _toldMs.Value);
    }

    private static int Seconds(long ms) => (int)Math.Max(1, (ms + 999) / 1_000);
}
