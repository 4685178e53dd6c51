namespace TraderData.Marketplace;

/// <summary>Times as both stores keep them: UTC, to the microsecond, as Postgres does.</summary>
public static class MarketplaceTime
{
    /// <summary>The time now, to the millisecond.</summary>
    public static DateTime Now(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var now = time.GetUtcNow().UtcDateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMillisecond));
    }

    /// <summary>A time in UTC, cut to the microsecond.</summary>
    public static DateTime Of(DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        return utc.AddTicks(-(utc.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
