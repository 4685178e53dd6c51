namespace TraderData.Core;

/// <summary>How a series can be read: as it is held, or made of a finer one that is.</summary>
/// <param name="Series">The series that is asked for.</param>
/// <param name="Held">The series that is read, as it was when it was found: of <paramref name="Series"/> itself, or of a timeframe that divides its.</param>
public sealed record SeriesReading(Series Series, SeriesInfo Held)
{
    /// <summary>When the source did not trade it, as far as that was looked up; see <see cref="SeriesReader.WithListingAsync"/>.</summary>
    public ListingTimes Listing { get; init; } = ListingTimes.Unknown;

    /// <summary>True when bars are put together of finer ones.</summary>
    public bool IsResampled => Held.Series.Timeframe != Series.Timeframe;

    /// <summary>A time behind every bar that a read gave when the series was found, and not behind any other, Unix milliseconds UTC.</summary>
    public long EndMs => IsResampled ? ClosedBars(TimeRange.All, Held.LastMs).EndMs : Held.LastMs + 1 ?? TimeRange.All.StartMs;

    /// <summary>The times of the made bars that open in a range and for which nothing more is to come; empty when there are none.</summary>
    /// <param name="range">The range.</param>
    /// <param name="lastMs">Opening time of the newest fine bar; null when there is none.</param>
    internal TimeRange ClosedBars(TimeRange range, long? lastMs)
    {
        var (made, fine) = (Series.Timeframe, Held.Series.Timeframe);
        var startMs = made.Ceiling(range.StartMs);
        var closedMs = lastMs is { } last ? made.Floor(fine.Floor(last) + fine.DurationMs) : startMs;
        return new TimeRange(startMs, Math.Max(startMs, Math.Min(made.Ceiling(range.EndMs), closedMs)));
    }
}
