using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Cuts a range into the parts that are fetched and written at once. A chunk is a partition of the lake, so that each file is written once:
/// a month of 1m to 30m, a year of 1h and 4h, a decade of 1d and 1w. The largest, a month of 1m, has 44,640 bars.
/// </summary>
internal static class ChunkPlan
{
    private const long HourMs = 3_600_000;
    private const long DayMs = 24 * HourMs;

    // The calendar of .NET ends with year 9999; a chunk that would end behind it ends there.
    private const int LastYear = 9999;

    /// <summary>The chunks of a range, oldest first, clipped to it; none when the range is empty.</summary>
    public static IReadOnlyList<TimeRange> Split(Timeframe timeframe, TimeRange range)
    {
        var chunks = new List<TimeRange>();
        for (var start = range.StartMs; start < range.EndMs;)
        {
            var end = Math.Min(EndOfPartition(timeframe, start), range.EndMs);
            chunks.Add(new TimeRange(start, end));
            start = end;
        }

        return chunks;
    }

    private static long EndOfPartition(Timeframe timeframe, long timeMs)
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        var (year, month) = timeframe.DurationMs switch
        {
            < HourMs => (time.Year + (time.Month / 12), (time.Month % 12) + 1),
            < DayMs => (time.Year + 1, 1),
            _ => ((time.Year / 10 * 10) + 10, 1),
        };
        return year > LastYear ? TimeText.MaxMs : new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    }
}
