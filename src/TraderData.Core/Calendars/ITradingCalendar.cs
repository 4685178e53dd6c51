namespace TraderData.Core;

/// <summary>Tells when something is traded. Safe for any thread.</summary>
public interface ITradingCalendar
{
    /// <summary>The sessions that have any time in common with a range, ascending and apart, each whole; nothing is allocated for each of them.</summary>
    IEnumerable<TimeRange> Sessions(TimeRange range);
}
