using Quartz;

namespace TraderData.Jobs;

/// <summary>Cross-checks the sample of the day; it fails when bars differ, so that somebody looks.</summary>
[DisallowConcurrentExecution]
internal sealed class CrossCheckJob(CrossCheck check) : IJob
{
    // The history keeps a line; every difference is in the log and in quarantine.
    private const int MaxShown = 5;

    public static readonly JobKey Key = new("crosscheck", "crosscheck");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        var checks = await check.RunAsync(new CrossCheckRequest(), cancellationToken).ConfigureAwait(false);
        var failed = checks.Where(c => c.Failed).ToArray();
        if (failed.Length > 0)
            throw new JobExecutionException($"{failed.Length} of {checks.Count} comparisons failed: {string.Join("; ", failed.Take(MaxShown).Select(c => c.Summary))}{(failed.Length > MaxShown ? "; …" : "")}");
    }
}
