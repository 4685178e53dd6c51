using Microsoft.Extensions.Logging;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>Stops runs that are over at their provider as well.</summary>
internal sealed class RunStop(IMarketplaceStore store, ITrainingProvider provider, TimeProvider time, ILogger logger)
{
    /// <summary>Stops one, and keeps that there is nothing more to stop.</summary>
    public async Task StopAsync(TrainingRun run, CancellationToken cancellationToken)
    {
        var now = MarketplaceTime.Now(time);
        if (run.ProviderId is { } id)
        {
            if (!await provider.StopAsync(id, cancellationToken).ConfigureAwait(false))
                return;
            await store.ChangeProviderAsync(run.Id, held => held.ProviderId == id ? held with { ProviderDoneAt = now } : held, cancellationToken).ConfigureAwait(false);
            logger.RunStopped(run.Id, id);
            return;
        }

        // Cancelled while it was handed over: its id may come yet.
        if (now - run.SubmittedAt < RunTimes.ClaimPatience)
            return;
        logger.RunUnclear(run.Id);
        await store.ChangeProviderAsync(
            run.Id, held => held is { ProviderId: null, SubmittedAt: not null } ? held with { ProviderDoneAt = now, Note = RunNotes.Unclear(held, "whoever handed it over was killed") } : held,
            cancellationToken).ConfigureAwait(false);
    }
}
