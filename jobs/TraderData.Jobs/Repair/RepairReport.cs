using System.Globalization;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What to repair.</summary>
/// <param name="Symbol">Only the series of this symbol; null for all.</param>
/// <param name="Timeframe">Only series of this timeframe; null for all.</param>
/// <param name="DryRun">True to tell what is due and to ask nothing.</param>
public sealed record RepairRequest(string? Symbol = null, Timeframe? Timeframe = null, bool DryRun = false);

/// <summary>What repair did for one series that had something due.</summary>
/// <param name="Series">The series.</param>
/// <param name="Due">The gaps that were due, in whole or in part, oldest first.</param>
/// <param name="Fetch">What came of asking; null when nothing was asked.</param>
/// <param name="Left">Why bars are still not there in the ranges that were asked for; null when nothing was asked.</param>
public sealed record SeriesRepair(Series Series, IReadOnlyList<Gap> Due, SeriesReport? Fetch, CauseCounts? Left)
{
    /// <summary>How many bars were not there in the gaps that were due.</summary>
    public long DueBars => Due.Sum(gap => gap.Bars);

    /// <summary>True when the source could not be asked for all of it, or not all of it could be stored.</summary>
    public bool Failed => Fetch?.Failed == true;

    /// <summary>One line for a person or a log, without the series' name.</summary>
    public string Summary
    {
        get
        {
            var due = string.Create(CultureInfo.InvariantCulture, $"{DueBars:N0} bars are due in {Due.Count:N0} {(Due.Count == 1 ? "gap" : "gaps")}");
            if (Fetch is not { } fetch)
                return due;
            var came = string.Create(CultureInfo.InvariantCulture, $"{fetch.Written.Inserted:N0} came");
            var left = Left is { } counts && (counts with { SessionClosed = 0 }) is var open && open != default ? $", still absent: {open}" : "";
            return $"{due}: {came}{left}{(fetch.Error is { } error ? $"; failed: {error}" : "")}";
        }
    }
}

/// <summary>What a repair did.</summary>
/// <param name="Looked">How many series were looked at.</param>
/// <param name="Series">Those that had something due, in the order of the store.</param>
public sealed record RepairReport(int Looked, IReadOnlyList<SeriesRepair> Series)
{
    /// <summary>True when something that was due could not be asked for.</summary>
    public bool Failed => Series.Any(s => s.Failed);
}
