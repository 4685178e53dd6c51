using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells of jobs that have failed all day. They make nobody unready: bars that are held can be served.</summary>
internal static class JobWarnings
{
    /// <summary>A sentence for each such job; none when the history cannot be read, which the store's check tells.</summary>
    public static async Task<IReadOnlyList<string>> FindAsync(IJobHistory? history, long nowMs, CancellationToken cancellationToken)
    {
        if (history is null)
            return [];
        try
        {
            var jobs = await history.SummarizeAsync(cancellationToken).WaitAsync(cancellationToken);
            return [.. jobs.Where(job => job.Value.FailsAllDay(nowMs)).Select(job => Text(job.Key, job.Value))];
        }
        catch (Exception e) when (e is StorageException or OperationCanceledException)
        {
            return [];
        }
    }

    private static string Text(string name, JobSummary summary) => string.Create(
        CultureInfo.InvariantCulture,
        $"job {name} failed in all of its {summary.FailedRuns} runs since {TimeText.Iso(summary.FailedSinceMs ?? summary.Last.StartedMs)}; the last error: {summary.Last.Error}; look at GET /api/jobs/{name}/runs, put it right, then run it with 'trader-data jobs run {name}'");
}
