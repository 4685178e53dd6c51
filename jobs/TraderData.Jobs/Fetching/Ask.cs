using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>How a fetch treats what was asked for before.</summary>
/// <param name="Again">True to ask for what is held too, so that late changes are seen.</param>
/// <param name="VerifiedBeforeMs">
/// What was asked for before and opens before this time, Unix milliseconds UTC, counts as asked a second time when it is answered again.
/// </param>
internal readonly record struct Ask(bool Again, long VerifiedBeforeMs)
{
    /// <summary>Only for what was never asked.</summary>
    public static readonly Ask Once = new(Again: false, TimeText.MinMs);

    /// <summary>For the newest bars again, which the source may still settle: that it has one of them late is no news.</summary>
    public static readonly Ask Settling = new(Again: true, TimeText.MinMs);

    /// <summary>For all of it again.</summary>
    public static readonly Ask Twice = new(Again: true, TimeText.MaxMs);

    /// <summary>The ranges of a series that are asked a second time when they are asked now.</summary>
    public RangeSet Verifies(SeriesInfo? info)
    {
        var before = new TimeRange(TimeText.MinMs, VerifiedBeforeMs);
        return RangeSet.Of((info?.Fetched ?? RangeSet.Empty).Select(before.Intersect));
    }
}
