using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>When the bars of a timeframe are fetched: as soon as each is final. Cron expressions of Quartz, in UTC, with seconds first.</summary>
internal static class IngestSchedule
{
    // A bar is there within a second of when it is final; two leave room for a clock that is off.
    private const int DelaySeconds = 2;

    private const string Alpaca = "alpaca";

    /// <summary>The cron expression of a source and a standard timeframe.</summary>
    /// <param name="source">The source.</param>
    /// <param name="timeframe">The timeframe.</param>
    /// <param name="settlement">How long after its close a bar of it is provisional, at most half an hour.</param>
    public static string CronOf(string source, Timeframe timeframe, TimeSpan settlement)
    {
        var delay = (int)settlement.TotalSeconds + DelaySeconds;
        var (second, minute) = (delay % 60, delay / 60);
        var minutes = timeframe.DurationMs / 60_000;
        return timeframe.DurationMs switch
        {
            _ when minutes == 1 => $"{second} * * * * ?",
            _ when minutes < 60 => $"{second} {minute % minutes}/{minutes} * * * ?",
            _ when minutes == 60 => $"{second} {minute} * * * ?",
            _ when minutes < 24 * 60 => $"{second} {minute} 0/{minutes / 60} * * ?",
            // Days of stocks end at midnight in New York, which is 04:00 or 05:00 UTC with the season: an hourly look finds each close in time.
            _ when source == Alpaca => $"{second} {minute} * * * ?",
            _ when minutes == 24 * 60 => $"{second} {minute} 0 * * ?",
            _ => $"{second} {minute} 0 ? * MON",
        };
    }
}
