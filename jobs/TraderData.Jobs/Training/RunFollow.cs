using Microsoft.Extensions.Logging;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>Follows runs that their provider has.</summary>
internal sealed class RunFollow(IMarketplaceStore store, ITrainingProvider provider, RunStart start, TimeProvider time, ILogger logger)
{
    /// <summary>Asks how one fares and keeps it; one whose links are about to end in the provider's queue is handed over anew.</summary>
    public async Task FollowAsync(TrainingRun run, CancellationToken cancellationToken)
    {
        var id = run.ProviderId!;
        var progress = await provider.LookAsync(id, cancellationToken).ConfigureAwait(false);
        if (progress.State == ProgressState.Waiting && IsDue(run))
        {
            if (!await WithdrawAsync(run, cancellationToken).ConfigureAwait(false))
                return;
            await provider.StopAsync(id, cancellationToken).ConfigureAwait(false);
            progress = await provider.LookAsync(id, cancellationToken).ConfigureAwait(false);
        }

        if (await KeepAsync(run, progress, cancellationToken).ConfigureAwait(false) is { Status: RunStatus.Queued, SubmittedAt: null, ProviderId: null } again)
            await start.StartAsync(again, cancellationToken).ConfigureAwait(false);
    }

    private bool IsDue(TrainingRun run) => run.Status == RunStatus.Queued && (run.WithdrawnAt is not null || MarketplaceTime.Now(time) - run.SubmittedAt >= RunTimes.LongestWait);

    // Kept before the provider is told, so that whoever finds the job cancelled knows that it was us.
    private async Task<bool> WithdrawAsync(TrainingRun run, CancellationToken cancellationToken)
    {
        var now = MarketplaceTime.Now(time);
        var held = await store.ChangeRunAsync(
            run.Id, held => held.ProviderId == run.ProviderId && held.WithdrawnAt is null ? held with { WithdrawnAt = now } : held, cancellationToken).ConfigureAwait(false);
        return held is { IsOver: false, WithdrawnAt: not null } && held.ProviderId == run.ProviderId;
    }

    private async Task<TrainingRun?> KeepAsync(TrainingRun run, TrainingProgress progress, CancellationToken cancellationToken)
    {
        var now = MarketplaceTime.Now(time);
        var (before, after) = ("", "");
        var kept = await store.ChangeRunAsync(
            run.Id,
            held =>
            {
                var next = held.ProviderId == run.ProviderId ? RunProgress.Of(held, progress, now) : held;
                (before, after) = (held.Status, next.Status);
                return next;
            },
            cancellationToken).ConfigureAwait(false);
        if (before != after)
            logger.RunEnded(run.Id, after);
        if (progress.State == ProgressState.Unknown)
            logger.RunStatusUnknown(run.Id, progress.Text ?? "");
        if (run.ProviderId is { } former && kept is { ProviderId: null })
            logger.RunWithdrawn(run.Id, former);
        return kept;
    }
}
