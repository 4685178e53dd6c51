using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// Draws what is cross-checked on a day: which series, and which day or month of each. The lot follows from the date, so that a check that is done again looks at the
/// same bars, and every bar has its turn in time.
/// </summary>
internal static class CheckSample
{
    /// <summary>The series whose turn it is.</summary>
    public static IEnumerable<SeriesInfo> Of(IEnumerable<SeriesInfo> held, long dayMs, int count) => held.OrderBy(info => Lot(info.Series, dayMs, "series")).Take(count);

    /// <summary>The whole day, or month for an hour and longer, with a time in it.</summary>
    public static TimeRange UnitAt(Timeframe timeframe, long timeMs)
    {
        if (timeframe.DurationMs < Timeframe.H1.DurationMs)
            return new TimeRange(Timeframe.D1.Floor(timeMs), Timeframe.D1.Floor(timeMs) + Timeframe.D1.DurationMs);
        var first = DateTime.UnixEpoch.AddMilliseconds(timeMs);
        first = new DateTime(first.Year, first.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        return new TimeRange(Ms(first), Ms(first.AddMonths(1)));
    }

    /// <summary>A time within a range by lot.</summary>
    public static long TimeIn(TimeRange range, Series series, long dayMs) =>
        range.StartMs + (long)(Lot(series, dayMs, "time") % (ulong)(range.EndMs - range.StartMs));

    private static long Ms(DateTime time) => (time.Ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;

    private static ulong Lot(Series series, long dayMs, string what) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{what} {dayMs} {series}"))));
}
