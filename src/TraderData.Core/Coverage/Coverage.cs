namespace TraderData.Core;

/// <summary>Expected bars that are not there, next to each other and for the same cause; a closed session may lie between them.</summary>
/// <param name="Range">
/// From the first opening time without a bar to the one behind the last: of a held bar, of one that is not there for another cause, or the end of what was
/// asked.
/// </param>
/// <param name="Bars">How many bars are not there.</param>
/// <param name="Cause">Why; never <see cref="GapCause.SessionClosed"/>.</param>
public readonly record struct Gap(TimeRange Range, long Bars, GapCause Cause);

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
/// <param name="Gaps">What is not there, ascending; at most <see cref="CoverageScan.MaxGaps"/>, the rest is counted only.</param>
/// <param name="GapCount">How many gaps there are.</param>
/// <param name="Causes">How many bars are not there for each cause.</param>
public sealed record Coverage(
    Series Series, TimeRange Range, long Rows, long? FirstMs, long? LastMs, IReadOnlyList<Gap> Gaps, long GapCount, CauseCounts Causes)
{
    /// <summary>Where the bars come from.</summary>
    public Provenance Provenance { get; init; } = Provenance.Unknown;

    /// <summary>How many bars are missing: those that are not there although something was traded, or may have been.</summary>
    public long MissingBars => Causes.Missing;

    /// <summary>The failures behind the gaps of <see cref="GapCause.FetchFailed"/>, ascending.</summary>
    public IReadOnlyList<FetchFailure> Failures { get; init; } = [];

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
