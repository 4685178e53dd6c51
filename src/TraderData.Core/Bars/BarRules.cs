namespace TraderData.Core;

/// <summary>The rules that every stored bar meets. They are checked where a bar enters the house: in connectors and imports.</summary>
public static class BarRules
{
    /// <summary>Finds the first rule that a bar breaks.</summary>
    /// <param name="bar">The bar.</param>
    /// <param name="timeframe">The grid its time must stand on; null for bars that follow a session (the day and week bars of stocks).</param>
    /// <returns>What was found and what was expected; null when the bar keeps every rule.</returns>
    public static (string Found, string Expected)? FindViolation(in Bar bar, Timeframe? timeframe)
    {
        if (bar.TimeMs is < TimeText.MinMs or >= TimeText.MaxMs)
            return ($"time {bar.TimeMs}", "a time from year 1 to 9999 in Unix milliseconds");
        if (timeframe is { } grid && !grid.IsOnGrid(bar.TimeMs))
            return ($"time {TimeText.Iso(bar.TimeMs)}", $"a time on the {grid} grid");
        return FindPriceViolation(bar) ?? FindAmountViolation(bar);
    }

    private static (string Found, string Expected)? FindPriceViolation(in Bar bar)
    {
        // Low is the least of all once low ≤ open, close and open ≤ high hold, so that it alone is compared with zero.
        if (bar.Low.Mantissa <= 0)
            return ($"low {bar.Low}", "a price greater than 0");
        if (bar.Low > bar.Open)
            return ($"low {bar.Low} above open {bar.Open}", "low ≤ open");
        if (bar.Low > bar.Close)
            return ($"low {bar.Low} above close {bar.Close}", "low ≤ close");
        if (bar.High < bar.Open)
            return ($"high {bar.High} below open {bar.Open}", "high ≥ open");
        return bar.High < bar.Close ? ($"high {bar.High} below close {bar.Close}", "high ≥ close") : null;
    }

    private static (string Found, string Expected)? FindAmountViolation(in Bar bar)
    {
        if (bar.Volume is { Mantissa: < 0 })
            return ($"volume {bar.Volume}", "a volume of 0 or more");
        if (bar.Vwap is { Mantissa: < 0 })
            return ($"vwap {bar.Vwap}", "a vwap of 0 or more");
        return bar.Trades is < 0 ? ($"trades {bar.Trades}", "0 trades or more") : null;
    }
}
