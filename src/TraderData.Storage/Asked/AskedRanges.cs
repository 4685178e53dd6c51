using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What was asked of the source of a series: in the lake its sidecar keeps it, in Postgres its state row.</summary>
/// <param name="Fetched">The ranges that were asked in full.</param>
/// <param name="Verified">Those of them that were asked a second time.</param>
/// <param name="Failures">The ranges that the source did not answer when it was asked last.</param>
internal readonly record struct AskedRanges(RangeSet Fetched, RangeSet Verified, FailureSet Failures)
{
    /// <summary>Nothing was asked.</summary>
    public static readonly AskedRanges None = new(RangeSet.Empty, RangeSet.Empty, FailureSet.Empty);

    /// <summary>True when nothing was asked.</summary>
    public bool IsEmpty => Fetched.Count == 0 && Verified.Count == 0 && Failures.Count == 0;

    /// <summary>What a write tells.</summary>
    public static AskedRanges Of(BarWrite write)
    {
        var fetched = write.Fetched is { } range ? RangeSet.Empty.With(range) : RangeSet.Empty;
        return new AskedRanges(fetched, write.IsSecondAsk ? fetched : RangeSet.Empty, write.Failure is { } failure ? FailureSet.Empty.With(failure) : FailureSet.Empty);
    }

    /// <summary>What is known of a series.</summary>
    public static AskedRanges Of(SeriesInfo info) => new(info.Fetched, info.Verified, info.Failures);

    /// <summary>This and what came later: what was answered by then is no failure any more.</summary>
    public AskedRanges With(AskedRanges later) => new(
        Fetched.With(Stored(later.Fetched)), Verified.With(Stored(later.Verified)), Failures.Without(later.Fetched).With(later.Failures));

    /// <summary>What lies in some ranges, without the failures.</summary>
    public AskedRanges AnsweredWithin(RangeSet ranges) => new(Common(Fetched, ranges), Common(Verified, ranges), FailureSet.Empty);

    private static RangeSet Common(RangeSet left, RangeSet right) => RangeSet.Of(left.SelectMany(range => right.Select(range.Intersect)));

    private static RangeSet Stored(RangeSet ranges) => RangeSet.Of(ranges.Select(range => range.Intersect(TimeRange.All)));
}
