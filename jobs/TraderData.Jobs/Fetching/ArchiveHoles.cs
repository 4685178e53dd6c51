using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// What a file of an archive lacks. A source's halts are holes in its files too, and the API has none there either; but some files were published with
/// rows missing, which only the API has.
/// </summary>
internal static class ArchiveHoles
{
    // A file with more of them is asked for as one range.
    private const int MaxHoles = 16;

    /// <summary>The ranges to ask the API for, ascending.</summary>
    /// <param name="bars">The bars of the file within the range.</param>
    /// <param name="timeframe">Their grid, which a source with archives has no pauses in.</param>
    /// <param name="range">What was wanted of the file.</param>
    public static IReadOnlyList<TimeRange> Of(BarBlock bars, Timeframe timeframe, TimeRange range)
    {
        if (bars.Count == timeframe.CountIn(range))
            return [];
        var holes = new List<TimeRange>();
        var next = range.StartMs;
        foreach (var time in bars.Times)
        {
            if (time > timeframe.Ceiling(next))
                holes.Add(new TimeRange(next, time));
            next = time + timeframe.DurationMs;
        }

        if (next < range.EndMs)
            holes.Add(new TimeRange(next, range.EndMs));
        return holes.Count <= MaxHoles ? holes : [new TimeRange(holes[0].StartMs, holes[^1].EndMs)];
    }
}
