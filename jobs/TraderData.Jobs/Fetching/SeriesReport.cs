using System.Globalization;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>An answer of a source that was refused. Nothing of it was stored.</summary>
/// <param name="Missing">
/// What could not be fetched for it, after smaller parts were asked for again; the next run asks for it. Empty when asking again brought everything.
/// </param>
/// <param name="Message">The series, the row, what was found there and what was expected.</param>
/// <param name="KeptAs">The name in the quarantine; null when the quarantine could not be written.</param>
public sealed record BadPage(RangeSet Missing, string Message, string? KeptAs);

/// <summary>What a job did for one series.</summary>
/// <param name="Series">The series.</param>
/// <param name="Written">What came of the bars that were given to the store.</param>
/// <param name="ChunksTotal">How many chunks the range has.</param>
/// <param name="ChunksDone">How many were asked of the source, whole or in part.</param>
/// <param name="ChunksSkipped">How many were held in full, so that the source was not asked.</param>
/// <param name="Answered">What the source answered in full and the store now holds.</param>
/// <param name="BadPages">What was refused; empty when nothing.</param>
/// <param name="Error">Why the series is not complete; null when it is.</param>
public sealed record SeriesReport(
    Series Series,
    WriteResult Written,
    int ChunksTotal,
    int ChunksDone,
    int ChunksSkipped,
    RangeSet Answered,
    IReadOnlyList<BadPage> BadPages,
    string? Error)
{
    /// <summary>True when something of the series could not be fetched or stored.</summary>
    public bool Failed => Error is not null;

    /// <summary>One line for a person or a log, without the series' name.</summary>
    public string Summary => Error is null ? Done : Written.WroteNothing ? $"failed: {Error}" : $"{Done}; failed: {Error}";

    private string Done => this switch
    {
        { Written: { WroteNothing: false } w } => Line($"{w.Inserted:N0} bars inserted, {w.Changed:N0} changed, {w.Same:N0} the same"),
        { ChunksTotal: 0 } => "nothing to write: no bar of the range is closed yet",
        { Written.Same: > 0 and var same } => Line($"nothing to write: {same:N0} bars are the same as those held"),
        { ChunksDone: 0, Error: null } => Line($"nothing to write: all {ChunksTotal:N0} chunks are held already"),
        _ => "nothing to write: no bars came",
    };

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
