using Quartz;

namespace TraderData.Jobs;

/// <summary>Runs the exports for Lona that are due. Their ranges end by the time that the schedule names, so that a run that was killed, is late or is tried again exports the same.</summary>
[DisallowConcurrentExecution]
internal sealed class ExportLonaJob(ExportLona exports, JobsOptions options, TimeProvider time) : IJob
{
    public static readonly JobKey Key = new("export-lona", "export-lona");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (RoundSchedule.LastAt(options.ExportLona.Cron, time.GetUtcNow()) is not { } due)
            return;
        if (await exports.RunAsync(due, cancellationToken).ConfigureAwait(false) is { Count: > 0 } failures)
            throw new JobExecutionException(string.Join("; ", failures));
    }
}
