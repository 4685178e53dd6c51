using Quartz;

namespace TraderData.Jobs;

/// <summary>Makes a job that could not do all of its series a failed one in the scheduler's history.</summary>
internal static class SeriesFailures
{
    // The history keeps a line; every failure is in the log.
    private const int MaxShown = 5;

    /// <summary>Throws when a series failed.</summary>
    /// <exception cref="JobExecutionException">With the failures of the first series that did.</exception>
    public static void Throw(IReadOnlyList<SeriesReport> reports)
    {
        var failed = reports.Where(r => r.Failed).ToArray();
        if (failed.Length == 0)
            return;
        var shown = string.Join("; ", failed.Take(MaxShown).Select(r => r.Error));
        throw new JobExecutionException($"{failed.Length} of {reports.Count} series failed: {shown}{(failed.Length > MaxShown ? "; …" : "")}");
    }
}
