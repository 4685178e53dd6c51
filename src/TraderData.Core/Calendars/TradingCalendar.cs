namespace TraderData.Core;

/// <summary>The calendars of the house.</summary>
public static class TradingCalendar
{
    /// <summary>Always open: crypto. A range is one session, cut to the range.</summary>
    public static readonly ITradingCalendar AlwaysOpen = new AlwaysOpenCalendar();

    /// <summary>The calendar of what is traded: the one of New York for stocks; for all else, and what is not known, always open.</summary>
    public static ITradingCalendar Of(AssetClass assetClass) => assetClass == AssetClass.Stock ? NyseCalendar.Instance : AlwaysOpen;

    private sealed class AlwaysOpenCalendar : ITradingCalendar
    {
        public IEnumerable<TimeRange> Sessions(TimeRange range) => range.IsEmpty ? [] : [range];
    }
}
