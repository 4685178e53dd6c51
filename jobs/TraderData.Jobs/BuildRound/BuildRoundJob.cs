using Microsoft.Extensions.Logging;
using Quartz;
using TraderData.Rounds;

namespace TraderData.Jobs;

/// <summary>
/// Cuts, signs and publishes the round that is due. Its <c>as_of</c> is the time that the schedule names and not the one that a worker comes to it, so that a build that was killed, is late or is
/// tried again is the same round; one that is published or retired already is left as it is.
/// </summary>
[DisallowConcurrentExecution]
internal sealed class BuildRoundJob(RoundDesk desk, IRounds rounds, JobsOptions options, TimeProvider time, ILogger<BuildRoundJob> logger) : IJob
{
    public static readonly JobKey Key = new("build-round", "build-round");

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <inheritdoc/>
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken = default)
    {
        if (RoundSchedule.LastAt(options.BuildRound.Cron, time.GetUtcNow()) is not { } due)
            return;
        var cutMs = due.ToUnixTimeMilliseconds();
        // What was written just before it gets its time a moment later.
        if (cutMs + RoundSpec.SettledMs - NowMs is > 0 and var waitMs)
            await Task.Delay(TimeSpan.FromMilliseconds(waitMs), time, cancellationToken).ConfigureAwait(false);
        var spec = options.BuildRound.ReadSpec(NowMs, cutMs);
        var id = RoundIds.Of(spec);
        if ((await rounds.IndexAsync(cancellationToken).ConfigureAwait(false)).Find(id) is { State: not RoundState.Draft } done)
        {
            logger.RoundDoneBefore(id, done.StateName);
            return;
        }

        await desk.CreateAsync(spec, progress: null, cancellationToken).ConfigureAwait(false);
        var entry = await desk.PublishAsync(id, makeCurrent: true, progress: null, cancellationToken).ConfigureAwait(false);
        logger.RoundPublished(id, entry.Files.Sum(file => file.Rows ?? 0), entry.Files.Sum(file => file.Bytes));
    }
}
