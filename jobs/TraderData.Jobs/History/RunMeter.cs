using System.Diagnostics.Metrics;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Counts runs: meter <c>TraderData.Jobs</c>, <c>job.runs</c> by job (<c>job.name</c>: plain <c>job</c> is what Prometheus calls who it asked) and outcome, <c>job.duration</c>, seconds, by job. All backfills are one job.</summary>
internal static class RunMeter
{
    private const string Backfills = "backfill:";

    private static readonly Meter Meter = new("TraderData.Jobs");
    private static readonly Counter<long> Runs = Meter.CreateCounter<long>("job.runs", description: "Runs of jobs that ended");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("job.duration", "s", "How long runs of jobs took");

    /// <summary>Takes note of a run.</summary>
    public static void Count(JobRun run)
    {
        // The name of a backfill has its id: one series for each would never end.
        var job = new KeyValuePair<string, object?>("job.name", run.Job.StartsWith(Backfills, StringComparison.Ordinal) ? "backfill" : run.Job);
        Runs.Add(1, job, new KeyValuePair<string, object?>("outcome", NameOf(run.Outcome)));
        Duration.Record((run.EndedMs - run.StartedMs) / 1_000.0, job);
    }

    private static string NameOf(JobOutcome outcome) => outcome switch { JobOutcome.Succeeded => "succeeded", JobOutcome.Cancelled => "cancelled", _ => "failed" };
}
