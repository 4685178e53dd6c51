using TraderData.Connectors;

namespace TraderData.Jobs;

/// <summary>What fetching something is likely to cost.</summary>
/// <param name="Calls">Requests.</param>
/// <param name="Weight">What the source counts them as; files of an archive weigh nothing.</param>
/// <param name="Bytes">Bytes on the wire.</param>
public readonly record struct FetchCost(long Calls, long Weight, long Bytes)
{
    // A round trip takes a tenth of a second, and four series wait at a time.
    private const double MillisecondsPerCall = 25;

    // 80 Mbit/s.
    private const double BytesPerMillisecond = 10_000;

    /// <summary>Both together.</summary>
    public static FetchCost operator +(FetchCost left, FetchCost right) =>
        new(left.Calls + right.Calls, left.Weight + right.Weight, left.Bytes + right.Bytes);

    /// <summary>About how long it takes: the calls' round trips, their share of the weight allowed in a minute, and the bytes.</summary>
    public TimeSpan TimeOf(SourceCosts costs) => TimeSpan.FromMilliseconds(
        (Calls * MillisecondsPerCall) + (Weight * 60_000.0 / costs.WeightPerMinute) + (Bytes / BytesPerMillisecond));

    /// <summary>The cost of asking a source's API for a number of bars on end.</summary>
    internal static FetchCost OfRows(long rows, SourceCosts costs)
    {
        var calls = Math.Max(1, (rows + costs.RowsPerCall - 1) / costs.RowsPerCall);
        return new FetchCost(calls, calls * costs.WeightPerCall, rows * costs.BytesPerRow);
    }
}
