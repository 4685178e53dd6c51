using Quartz;

namespace TraderData.Jobs;

/// <summary>Runs a turn of <see cref="AdvanceTraining"/>.</summary>
[DisallowConcurrentExecution]
internal sealed class AdvanceTrainingJob(AdvanceTraining training) : IJob
{
    public static readonly JobKey Key = new("advance-training", "advance-training");

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default) =>
        TurnFaults.Throw(await training.RunAsync(cancellationToken).ConfigureAwait(false), "runs");
}
