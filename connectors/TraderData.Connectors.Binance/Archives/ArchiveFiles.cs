using System.Globalization;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>Which files Binance publishes of a series: one for each day, and one for each month, of opening times in UTC.</summary>
internal static class ArchiveFiles
{
    // Deflated rows of recorded months have 30 to 65 bytes; the rest of a file is names and sizes.
    private const int BytesPerRow = 50;
    private const int BytesBeside = 600;

    // A day's file comes within the next day.
    private static readonly TimeSpan DayDelay = TimeSpan.FromDays(1);

    // Month files come on the first Monday of the next month.
    private static readonly TimeSpan MondayDelay = TimeSpan.FromDays(1);

    /// <summary>The files whose period overlaps a range, in the order of their ends, a day before the month that ends with it.</summary>
    public static IReadOnlyList<ArchiveFile> Of(Series series, TimeRange range)
    {
        // A week is in no month.
        if (!series.Timeframe.IsStandard || series.Timeframe.DurationMs > Timeframe.D1.DurationMs || range.IsEmpty)
            return [];
        var files = new List<ArchiveFile>();
        var end = TimeOf(range.EndMs);
        for (var day = TimeOf(range.StartMs).Date; day < end; day = day.AddDays(1))
        {
            files.Add(Make(series, ArchivePeriod.Day, day, day.AddDays(1)));
            var next = day.AddDays(1);
            if (next.Day == 1 || next >= end)
                files.Add(Make(series, ArchivePeriod.Month, new DateTime(day.Year, day.Month, 1), new DateTime(day.Year, day.Month, 1).AddMonths(1)));
        }

        return files;
    }

    /// <summary>The path of a file on the archive's host, escaped.</summary>
    public static string PathOf(ArchiveFile file)
    {
        var (period, symbol) = (file.Period == ArchivePeriod.Month ? "monthly" : "daily", Uri.EscapeDataString(file.Series.Symbol));
        return $"/data/spot/{period}/klines/{symbol}/{file.Series.Timeframe}/{Uri.EscapeDataString(file.Name)}";
    }

    /// <summary>The name of the one entry of a file.</summary>
    public static string EntryOf(ArchiveFile file) => Path.ChangeExtension(file.Name, ".csv");

    private static ArchiveFile Make(Series series, ArchivePeriod period, DateTime start, DateTime end)
    {
        var date = start.ToString(period == ArchivePeriod.Month ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var range = new TimeRange(MsOf(start), MsOf(end));
        var expected = period == ArchivePeriod.Month ? FirstMonday(end) + MondayDelay : end + DayDelay;
        var bytes = (series.Timeframe.CountIn(range) * BytesPerRow) + BytesBeside;
        return new ArchiveFile(series, $"{series.Symbol}-{series.Timeframe}-{date}.zip", period, range, MsOf(expected), bytes);
    }

    private static DateTime FirstMonday(DateTime first) => first.AddDays(((int)DayOfWeek.Monday - (int)first.DayOfWeek + 7) % 7);

    private static DateTime TimeOf(long timeMs) => DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime;

    private static long MsOf(DateTime time) => new DateTimeOffset(time, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
