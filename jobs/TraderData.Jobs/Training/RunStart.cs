using Microsoft.Extensions.Logging;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Jobs;

/// <summary>Hands runs to their provider: once, whatever happens.</summary>
internal sealed class RunStart(
    IMarketplaceStore store, ITrainingProvider provider, RunFiles files, TrainingOptions options, RunStop stop, TimeProvider time, ILogger logger)
{
    private DateTime Now => MarketplaceTime.Now(time);

    /// <summary>Hands over one that waits for that, unless somebody else does.</summary>
    public async Task StartAsync(TrainingRun run, CancellationToken cancellationToken)
    {
        var (links, note, isFinal) = await files.LinkAsync(run, cancellationToken).ConfigureAwait(false);
        if (isFinal)
            await FailAsync(run, note!, Now, CancellationToken.None).ConfigureAwait(false);
        else if (note is not null)
            await KeepNoteAsync(run, note, cancellationToken).ConfigureAwait(false);
        // From here on until the id is kept nothing is broken off, as by a shutdown: nobody would know what became of it. It takes half a minute at most.
        else if (await ClaimAsync(run).ConfigureAwait(false))
            await HandOverAsync(run, new TrainingOrder(run, links, TrainingBudget.LimitOf(run.Spec, options.CostPerHourUsd))).ConfigureAwait(false);
    }

    /// <summary>Gives up a run that was claimed so long ago that whoever did must have been killed before it heard, or kept, the id.</summary>
    public async Task GiveUpWhenKilledAsync(TrainingRun run, CancellationToken cancellationToken)
    {
        var now = Now;
        if (now - run.SubmittedAt < RunTimes.ClaimPatience)
            return;
        logger.RunUnclear(run.Id);
        await store.ChangeRunAsync(
            run.Id,
            held => held is { ProviderId: null, SubmittedAt: not null } ? Failed(held, RunNotes.Unclear(held, "whoever handed it over was killed"), now) : held,
            cancellationToken).ConfigureAwait(false);
    }

    // True for one alone of all that try, whatever process they are of.
    private async Task<bool> ClaimAsync(TrainingRun run)
    {
        var (now, isOurs) = (Now, false);
        await store.ChangeRunAsync(
            run.Id,
            held =>
            {
                isOurs = held is { Status: RunStatus.Queued, SubmittedAt: null, ProviderId: null };
                return isOurs ? held with { SubmittedAt = now } : held;
            },
            CancellationToken.None).ConfigureAwait(false);
        return isOurs;
    }

    private async Task HandOverAsync(TrainingRun run, TrainingOrder order)
    {
        string id;
        try
        {
            id = await provider.StartAsync(order, CancellationToken.None).ConfigureAwait(false);
        }
        catch (ProviderException e)
        {
            await SettleAsync(run, e).ConfigureAwait(false);
            throw;
        }

        logger.RunHandedOver(run.Id, id);
        // Also when its vendor cancelled it meanwhile, or another worker gave it up: what is there is to be stopped.
        if (await KeepIdAsync(run, id).ConfigureAwait(false) is { IsOver: true } over)
            await stop.StopAsync(over, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task<TrainingRun?> KeepIdAsync(TrainingRun run, string id)
    {
        try
        {
            return await store.ChangeProviderAsync(
                run.Id, held => held with { ProviderId = id, ProviderDoneAt = null, Note = held.IsOver ? held.Note : RunNotes.AtProvider }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StorageException)
        {
            // Nobody could follow it: it must not run. When this fails as well, the run is given up as one whose worker was killed.
            await provider.StopAsync(id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task SettleAsync(TrainingRun run, ProviderException e)
    {
        logger.RunNotHandedOver(run.Id, e.Message);
        if (e.Kind == ProviderErrorKind.Unclear)
            logger.RunUnclear(run.Id);
        if (e.Kind is ProviderErrorKind.Busy or ProviderErrorKind.Unreachable || e.IsOfTheOperator)
        {
            // It was not taken: the claim goes back, and the next turn tries again. A wrong setting of ours is no fault of the run.
            await store.ChangeProviderAsync(
                run.Id, held => held with { SubmittedAt = null, Note = held.IsOver ? held.Note : RunNotes.Busy(e) }, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        var note = e.Kind == ProviderErrorKind.Unclear ? RunNotes.Unclear(run, e.Message) : RunNotes.Refused(e);
        await FailAsync(run, note, Now, CancellationToken.None).ConfigureAwait(false);
        // One that was cancelled meanwhile stays that; nothing is left to stop of which anything is known.
        await store.ChangeProviderAsync(
            run.Id,
            held => held is { IsOver: true, ProviderId: null, ProviderDoneAt: null } ? held with { ProviderDoneAt = Now, Note = e.Kind == ProviderErrorKind.Unclear ? note : held.Note } : held,
            CancellationToken.None).ConfigureAwait(false);
    }

    private async Task FailAsync(TrainingRun run, string note, DateTime now, CancellationToken cancellationToken)
    {
        var failed = await store.ChangeRunAsync(run.Id, held => held.ProviderId is null ? Failed(held, note, now) : held, cancellationToken).ConfigureAwait(false);
        if (failed is { Status: RunStatus.Failed })
            logger.RunEnded(run.Id, RunStatus.Failed);
    }

    // Of a run that nobody handed over there is nothing at the provider either way.
    private static TrainingRun Failed(TrainingRun held, string note, DateTime now) =>
        held with { Status = RunStatus.Failed, FinishedAt = now, Note = note, ProviderDoneAt = held.SubmittedAt is null ? null : now };

    private Task KeepNoteAsync(TrainingRun run, string note, CancellationToken cancellationToken) => run.Note == note
        ? Task.CompletedTask
        : store.ChangeRunAsync(run.Id, held => held with { Note = note }, cancellationToken);
}
