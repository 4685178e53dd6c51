using System.Globalization;

namespace TraderData.Core;

/// <summary>
/// The stretch of time that one file of a series holds: a month for timeframes under an hour, a year for 1h and 4h, a decade for 1d and 1w.
/// That is 8,928 to 44,640 bars for 5m and 1m, 8,760 for 1h, 3,652 for 1d: files that are rewritten and read in some milliseconds.
/// </summary>
/// <param name="Name"><c>2026-11</c>, <c>2026</c> or <c>2020s</c>.</param>
/// <param name="Range">The opening times in it.</param>
public readonly record struct Partition(string Name, TimeRange Range)
{
    private const int LastYear = 9_999;

    /// <summary>The partition that a time falls in.</summary>
    /// <exception cref="ArgumentException">The timeframe is none that is stored.</exception>
    public static Partition At(Timeframe timeframe, long timeMs)
    {
        RequireStored(timeframe);
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs).UtcDateTime;
        return timeframe.DurationMs < Timeframe.H1.DurationMs ? Month(time.Year, time.Month)
            : timeframe.DurationMs < Timeframe.D1.DurationMs ? Year(time.Year)
            : Decade(time.Year / 10);
    }

    /// <summary>The partition of that name; null when there is none in this timeframe.</summary>
    public static Partition? TryParse(Timeframe timeframe, string name)
    {
        if (name.Length < 4 || !int.TryParse(name.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture, out var year))
            return null;
        var month = 1;
        if (name.Length == 7 && !int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out month))
            return null;
        if (month is < 1 or > 12)
            return null;
        var partition = At(timeframe, Ms(Math.Max(year, 1), month));
        return partition.Name == name ? partition : null;
    }

    /// <summary>Cuts a block at the partitions' ends, in ascending order.</summary>
    /// <exception cref="ArgumentException">The timeframe is none that is stored.</exception>
    public static IEnumerable<(Partition Partition, BarBlock Bars)> Split(Timeframe timeframe, BarBlock bars)
    {
        for (var start = 0; start < bars.Count;)
        {
            var partition = At(timeframe, bars.Times[start]);
            var end = bars.IndexAtOrAfter(partition.Range.EndMs);
            yield return (partition, bars.Slice(start, end - start));
            start = end;
        }
    }

    /// <summary>Checks that bars of a timeframe are stored at all.</summary>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void RequireStored(Timeframe timeframe)
    {
        if (!timeframe.IsStandard)
        {
            throw new ArgumentException(
                $"only bars of {string.Join(' ', Timeframe.Standard)} are stored, was {timeframe}: make others of these when they are read");
        }
    }

    private static Partition Month(int year, int month) => new(
        string.Create(CultureInfo.InvariantCulture, $"{year:0000}-{month:00}"),
        new TimeRange(Ms(year, month), month == 12 ? Ms(year + 1, 1) : Ms(year, month + 1)));

    private static Partition Year(int year) => new(
        string.Create(CultureInfo.InvariantCulture, $"{year:0000}"),
        new TimeRange(Ms(year, 1), Ms(year + 1, 1)));

    private static Partition Decade(int decade) => new(
        string.Create(CultureInfo.InvariantCulture, $"{decade:000}0s"),
        new TimeRange(Ms(Math.Max(decade * 10, 1), 1), Ms((decade + 1) * 10, 1)));

    private static long Ms(int year, int month) => year > LastYear
        ? DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() + 1
        : new DateTimeOffset(year, month, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
}
