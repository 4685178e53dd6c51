namespace TraderData.Core;

/// <summary>Expected bars that are missing, next to each other.</summary>
/// <param name="Range">From the first missing opening time to the next held one, or to the end of what was asked.</param>
/// <param name="Bars">How many bars are missing.</param>
/// <param name="Asked">True when the source was asked for the whole range and has none.</param>
public readonly record struct Gap(TimeRange Range, long Bars, bool Asked);

/// <summary>Made bars that lack some of the finer ones they are made of, next to each other.</summary>
/// <param name="Range">From the first such bar's opening time to the last one's end.</param>
/// <param name="Bars">How many made bars.</param>
/// <param name="MissingParts">How many finer bars are missing in all of them.</param>
public readonly record struct IncompleteRun(TimeRange Range, long Bars, long MissingParts);

/// <summary>What of a range a series holds. Of a series that is made of a finer one, a bar is held when any of its parts is and no more are to come.</summary>
/// <param name="Series">The series.</param>
/// <param name="Range">The range looked at.</param>
/// <param name="Rows">How many bars are held in it.</param>
/// <param name="FirstMs">Opening time of the first; null when none.</param>
/// <param name="LastMs">Opening time of the last; null when none.</param>
/// <param name="Gaps">What is missing, ascending; at most <see cref="CoverageScan.MaxGaps"/>, the rest is counted only.</param>
/// <param name="GapCount">How many gaps there are.</param>
/// <param name="MissingBars">How many bars are missing in all.</param>
public sealed record Coverage(
    Series Series, TimeRange Range, long Rows, long? FirstMs, long? LastMs, IReadOnlyList<Gap> Gaps, long GapCount, long MissingBars)
{
    /// <summary>The finer timeframe that the bars are made of; null when they are held as they are, which leaves the properties below empty.</summary>
    public Timeframe? MadeOf { get; init; }

    /// <summary>Which of the bars lack parts, ascending; at most <see cref="CoverageScan.MaxGaps"/>, the rest is counted only.</summary>
    public IReadOnlyList<IncompleteRun> Incomplete { get; init; } = [];

    /// <summary>How many runs of bars that lack parts there are.</summary>
    public long IncompleteCount { get; init; }

    /// <summary>How many bars lack parts.</summary>
    public long IncompleteBars { get; init; }

    /// <summary>How many finer bars they lack in all; those of missing bars are not counted.</summary>
    public long MissingParts { get; init; }
}
