namespace TraderData.Core;

/// <summary>Expected bars that are missing, next to each other.</summary>
/// <param name="Range">From the first missing opening time to the next held one, or to the end of what was asked.</param>
/// <param name="Bars">How many bars are missing.</param>
/// <param name="Asked">True when the source was asked for the whole range and has none.</param>
public readonly record struct Gap(TimeRange Range, long Bars, bool Asked);

/// <summary>What of a range a series holds.</summary>
/// <param name="Series">The series.</param>
/// <param name="Range">The range looked at.</param>
/// <param name="Rows">How many bars are held in it.</param>
/// <param name="FirstMs">Opening time of the first; null when none.</param>
/// <param name="LastMs">Opening time of the last; null when none.</param>
/// <param name="Gaps">What is missing, ascending; at most <see cref="CoverageScan.MaxGaps"/>, the rest is counted only.</param>
/// <param name="GapCount">How many gaps there are.</param>
/// <param name="MissingBars">How many bars are missing in all.</param>
public sealed record Coverage(
    Series Series, TimeRange Range, long Rows, long? FirstMs, long? LastMs, IReadOnlyList<Gap> Gaps, long GapCount, long MissingBars);
