using System.Globalization;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What to cross-check.</summary>
/// <param name="Symbol">Only series of this symbol; null for any.</param>
/// <param name="Timeframe">Only series of this timeframe; null for any.</param>
/// <param name="TimeMs">A time in the day or month that is looked at, Unix milliseconds UTC; null for one by lot.</param>
public sealed record CrossCheckRequest(string? Symbol = null, Timeframe? Timeframe = null, long? TimeMs = null)
{
    /// <summary>True when it names what to look at: then nothing is left to the lot.</summary>
    internal bool NamesSeries => Symbol is not null || Timeframe is not null;
}

/// <summary>What came of comparing the stored bars of a series with somebody else's.</summary>
/// <param name="Series">The series.</param>
/// <param name="Range">The opening times compared.</param>
/// <param name="Against">Whose bars they were compared with: <c>the API</c>, an archive's file, or <c>bars made of 1m</c>.</param>
/// <param name="Compared">How many bars were compared.</param>
/// <param name="Differences">The first values that differ, stored first; at most <see cref="MaxListed"/>, all are counted.</param>
/// <param name="DifferenceCount">How many values differ.</param>
public sealed record SeriesCheck(Series Series, TimeRange Range, string Against, long Compared, IReadOnlyList<BarDifference> Differences, long DifferenceCount)
{
    /// <summary>The most differences that are listed.</summary>
    public const int MaxListed = 1_000;

    /// <summary>Why there was nothing to compare with; null when there was.</summary>
    public string? Error { get; init; }

    /// <summary>Where the differences are kept; null when there are none.</summary>
    public string? KeptAs { get; init; }

    /// <summary>True when the bars differ, or could not be compared.</summary>
    public bool Failed => DifferenceCount > 0 || Error is not null;

    /// <summary>One line for a person or a log.</summary>
    public string Summary
    {
        get
        {
            var what = $"{Series} of {TimeText.Iso(Range.StartMs)} against {Against}";
            if (Error is not null)
                return $"{what}: {Error}";
            if (DifferenceCount == 0)
                return string.Create(CultureInfo.InvariantCulture, $"{what}: {Compared:N0} bars, all the same");
            var first = Differences[0];
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: {DifferenceCount:N0} {(DifferenceCount == 1 ? "value differs" : "values differ")} in {Compared:N0} bars, first {first.Field} of {TimeText.Iso(first.TimeMs)}: stored {first.First}, there {first.Second}; kept as {KeptAs}");
        }
    }
}
