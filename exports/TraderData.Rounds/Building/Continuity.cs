using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>
/// Tells which bars follow each other without a gap, by the bars and the calendar alone. For crypto and what is not known, the next bar of the grid follows. For
/// stocks, minutes without a trade and closed sessions are no gap; a session without a bar is.
/// </summary>
internal sealed class Continuity(Timeframe timeframe, AssetClass assetClass)
{
    private readonly bool _isStock = assetClass == AssetClass.Stock;

    /// <summary>How many bars from the first on follow each other; 1 or more.</summary>
    public int RunLength(ReadOnlySpan<long> times)
    {
        var step = timeframe.DurationMs;
        // So many bars of the grid from here to there leave no gap.
        if (times[^1] - times[0] == (times.Length - 1) * step && timeframe.IsOnGrid(times[0]))
            return times.Length;
        var count = 1;
        while (count < times.Length && Follows(times[count - 1], times[count]))
            count++;
        return count;
    }

    /// <summary>True when no bar is missing between two.</summary>
    public bool Follows(long earlierMs, long laterMs)
    {
        if (laterMs - earlierMs <= timeframe.DurationMs)
            return true;
        return _isStock && !HasSession(NyseCalendar.DateAt(earlierMs + timeframe.DurationMs - 1).AddDays(1), NyseCalendar.DateAt(laterMs));
    }

    private static bool HasSession(DateOnly first, DateOnly end)
    {
        for (var date = first; date < end; date = date.AddDays(1))
        {
            if (NyseCalendar.Instance.SessionOf(date) is not null)
                return true;
        }

        return false;
    }
}
