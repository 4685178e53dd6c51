using Microsoft.Extensions.Logging;
using Quartz;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Keeps every run of every job of this process in the history. A job tells what it wrote by its context's result, a <see cref="WriteResult"/>.</summary>
internal sealed class RunRecorder(IJobHistory history, ILogger<RunRecorder> logger) : IJobListener
{
    // A history that hangs must not hold up the next run.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public string Name => "history";

    /// <inheritdoc/>
    public ValueTask JobToBeExecuted(IJobExecutionContext context, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public ValueTask JobExecutionVetoed(IJobExecutionContext context, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask JobWasExecuted(IJobExecutionContext context, JobExecutionException? jobException, CancellationToken cancellationToken = default)
    {
        var startedMs = context.FireTimeUtc.ToUnixTimeMilliseconds();
        var outcome = context.Outcome switch
        {
            ExecutionOutcome.Succeeded => JobOutcome.Succeeded,
            ExecutionOutcome.Cancelled => JobOutcome.Cancelled,
            _ => JobOutcome.Failed,
        };
        var run = new JobRun(
            JobNames.Of(context.JobDetail.Key), startedMs, startedMs + (long)context.JobRunTime.TotalMilliseconds, outcome,
            context.Result as WriteResult? ?? default, outcome == JobOutcome.Succeeded ? null : JobRun.Shorten(ReasonOf(context, jobException)));
        RunMeter.Count(run);
        try
        {
            // Also when the worker is being stopped: that is what the run is of.
            using var patience = new CancellationTokenSource(Patience);
            await history.AddAsync(run, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StorageException or OperationCanceledException)
        {
            logger.RunNotKept(run.Job, e.Message);
        }
    }

    // The scheduler wraps what a job throws, and says nothing by it.
    private static string ReasonOf(IJobExecutionContext context, JobExecutionException? wrapped) =>
        wrapped is null ? $"{context.Outcome}" : (wrapped.InnerException ?? wrapped).Message;
}
