using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>When the bars of a timeframe are fetched: right after each close. Cron expressions of Quartz, in UTC, with seconds first.</summary>
internal static class IngestSchedule
{
    /// <summary>A bar is there within a second of its close at most sources; two leave room for a clock that is off.</summary>
    public const int DefaultDelaySeconds = 2;

    /// <summary>Alpaca builds its minute bars again 30 s after the minute.</summary>
    public const int AlpacaDelaySeconds = 32;

    private const string Alpaca = "alpaca";

    /// <summary>The cron expression of a source and a standard timeframe.</summary>
    public static string CronOf(string source, Timeframe timeframe)
    {
        var second = source == Alpaca ? AlpacaDelaySeconds : DefaultDelaySeconds;
        var minutes = timeframe.DurationMs / 60_000;
        return timeframe.DurationMs switch
        {
            _ when minutes == 1 => $"{second} * * * * ?",
            _ when minutes < 60 => $"{second} 0/{minutes} * * * ?",
            _ when minutes == 60 => $"{second} 0 * * * ?",
            _ when minutes < 24 * 60 => $"{second} 0 0/{minutes / 60} * * ?",
            // Days of stocks end at midnight in New York, which is 04:00 or 05:00 UTC with the season: an hourly look finds each close in time.
            _ when source == Alpaca => $"{second} 0 * * * ?",
            _ when minutes == 24 * 60 => $"{second} 0 0 * * ?",
            _ => $"{second} 0 0 ? * MON",
        };
    }
}
