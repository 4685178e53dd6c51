using Quartz;

namespace TraderData.Jobs;

/// <summary>When the round that is due now was due.</summary>
internal static class RoundSchedule
{
    // Schedules name whole seconds: what is before the next one is not behind this one.
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1);

    /// <summary>The last time of a schedule that is not behind a time; null when there was none.</summary>
    /// <param name="cron">A Quartz cron expression in UTC.</param>
    /// <param name="now">The time.</param>
    public static DateTimeOffset? LastAt(string cron, DateTimeOffset now)
    {
        var second = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerSecond));
        return CronExpression.Parse(cron).WithTimeZone(TimeZoneInfo.Utc).GetPreviousValidTimeBefore(second + Step);
    }
}
