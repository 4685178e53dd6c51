using System.Globalization;
using TraderData.Core;

namespace TraderData.Simulator;

/// <summary>Which file of the archive a path asks for.</summary>
/// <param name="Symbol">The symbol.</param>
/// <param name="Timeframe">How long a bar is.</param>
/// <param name="File">The name of the zip file.</param>
/// <param name="Range">The day or month it covers.</param>
/// <param name="IsMonth">True for a month.</param>
/// <param name="IsChecksum">True when its checksum is asked for.</param>
internal sealed record ArchivePath(string Symbol, Timeframe Timeframe, string File, TimeRange Range, bool IsMonth, bool IsChecksum)
{
    private const string ChecksumEnd = ".CHECKSUM";

    /// <summary>When the file appears: a day's in the morning after it, a month's on the morning of the next month's first Monday.</summary>
    public long PublishedMs => (IsMonth ? FirstMonday(Range.EndMs) : Range.EndMs) + (6 * Timeframe.H1.DurationMs);

    /// <summary>
    /// Reads <c>/data/spot/monthly/klines/BTCUSDT/1m/BTCUSDT-1m-2024-01.zip</c>, with <c>.CHECKSUM</c> behind it or without; null for any other path.
    /// </summary>
    public static ArchivePath? TryParse(string path)
    {
        if (path.Split('/') is not ["", "data", "spot", ("daily" or "monthly") and var period, "klines", var symbol, var interval, var name])
            return null;
        var isMonth = period == "monthly";
        var isChecksum = name.EndsWith(ChecksumEnd, StringComparison.Ordinal);
        var file = isChecksum ? name[..^ChecksumEnd.Length] : name;
        var start = $"{symbol}-{interval}-";
        if (!file.StartsWith(start, StringComparison.Ordinal) || !file.EndsWith(".zip", StringComparison.Ordinal) || file.Length < start.Length + 4
            || !Timeframe.TryParse(interval, out var timeframe)
            || !DateTimeOffset.TryParseExact(
                file[start.Length..^4], isMonth ? "yyyy-MM" : "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date))
        {
            return null;
        }

        var end = isMonth ? date.AddMonths(1) : date.AddDays(1);
        return new ArchivePath(symbol, timeframe, file, new TimeRange(date.ToUnixTimeMilliseconds(), end.ToUnixTimeMilliseconds()), isMonth, isChecksum);
    }

    private static long FirstMonday(long monthMs) => Timeframe.W1.Ceiling(monthMs);
}
