using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Where an ingest of a series begins and ends.</summary>
internal static class IngestPlan
{
    /// <summary>
    /// The range to ask for. It begins a few bars before the end of what is known: behind the last bar held, or where the source was asked on from
    /// there and had none (a night, a halt, a delisting), so that a quiet series does not ask for an ever longer range.
    /// </summary>
    /// <param name="info">The series; null when it is not held.</param>
    /// <param name="timeframe">Its timeframe.</param>
    /// <param name="options">How far to look back.</param>
    /// <param name="sinceMs">Since when it is watched: of what is not held yet nothing is to be missing behind that time, however long its source is away.</param>
    /// <param name="sourceNowMs">The source's clock.</param>
    public static TimeRange RangeOf(SeriesInfo? info, Timeframe timeframe, IngestOptions options, long sinceMs, long sourceNowMs)
    {
        var end = timeframe.Floor(sourceNowMs);
        var start = SeriesLag.KnownEndMs(info, timeframe) is { } known
            ? timeframe.Floor(known - (options.RereadBars * timeframe.DurationMs))
            : Math.Min(end, timeframe.Floor(sinceMs)) - (options.FirstBars * timeframe.DurationMs);
        return new TimeRange(Math.Min(start, end), end);
    }
}
