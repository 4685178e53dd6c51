using System.Globalization;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>Coarse bars by the book: group the fine bars by the bucket that their time falls in, and look at each group whole.</summary>
internal static class ModelBuckets
{
    private const long WeekMs = 7 * 86_400_000L;

    /// <summary>Makes the bars of a coarser series.</summary>
    public static ModelRows Make(ModelSeries fine, ModelRows rows, ModelSeries coarse, ModelRows made, bool completeOnly)
    {
        if (rows.Times.Count == 0)
            return made;
        var closedMs = Down(rows.Times[^1], fine.DurationMs) + fine.DurationMs;
        foreach (var bucket in Enumerable.Range(0, rows.Times.Count).GroupBy(i => Down(rows.Times[i], coarse.DurationMs)))
        {
            var parts = bucket.ToList();
            if (bucket.Key + coarse.DurationMs > closedMs || (completeOnly && !IsComplete(fine, rows, parts, bucket.Key, coarse.DurationMs)))
                continue;
            made.Add(bucket.Key,
            [
                rows.Cells(parts[0])[0],
                Text(parts.Max(i => Value(rows.Cells(i)[1]))),
                Text(parts.Min(i => Value(rows.Cells(i)[2]))),
                rows.Cells(parts[^1])[3],
                Sum(parts.Select(i => rows.Cells(i)[4])),
                null,
                Sum(parts.Select(i => rows.Cells(i)[6])),
            ]);
        }

        return made;
    }

    /// <summary>The last time of a grid at or before a time. Weeks begin on Monday: 1970-01-05 was the first.</summary>
    public static long Down(long time, long durationMs)
    {
        var origin = durationMs % WeekMs == 0 ? 4 * 86_400_000L : 0;
        var past = (time - origin) % durationMs;
        return past < 0 ? time - past - durationMs : time - past;
    }

    private static bool IsComplete(ModelSeries fine, ModelRows rows, List<int> parts, long start, long durationMs)
    {
        if (!fine.IsStock)
            return parts.Select(i => Down(rows.Times[i], fine.DurationMs)).Distinct().Count() == durationMs / fine.DurationMs;

        // Of stocks every time of the grid in a session must have been asked for.
        var sessions = NyseCalendar.Instance.Sessions(new TimeRange(start, start + durationMs)).ToList();
        return Enumerable.Range(0, (int)(durationMs / fine.DurationMs)).Select(i => start + (i * fine.DurationMs))
            .Where(slot => sessions.Exists(s => s.StartMs < slot + fine.DurationMs && s.EndMs > slot))
            .All(slot => fine.Fetched is { } asked && asked.Contains(fine.DurationMs < 86_400_000 ? slot : NyseCalendar.MidnightMs(NyseCalendar.DateAt(slot).AddDays(1))));
    }

    private static string? Sum(IEnumerable<string?> cells)
    {
        var known = cells.ToList();
        return known.Contains(null) ? null : Text(known.Sum(Value));
    }

    private static decimal Value(string? cell) => decimal.Parse(cell!, CultureInfo.InvariantCulture);

    private static string Text(decimal value) => value.ToString("0.##################", CultureInfo.InvariantCulture);
}
