using Microsoft.Extensions.Logging;
using TraderData.Core;
using TraderData.Marketplace;
using TraderData.Rounds;

namespace TraderData.Jobs;

/// <summary>
/// Hands training runs to their provider, follows them, and stops those that their vendors stopped. It may be repeated, killed at any point, and run by several at once: what it sets out to do is kept in the
/// store before it is done, so that no run is handed over twice.
/// </summary>
internal sealed class AdvanceTraining
{
    private readonly IMarketplaceStore _store;
    private readonly ITrainingProvider _provider;
    private readonly RunStop _stop;
    private readonly RunStart _start;
    private readonly RunFollow _follow;
    private readonly Turn _stops;
    private readonly Turn _open;

    /// <summary>Made by the container.</summary>
    public AdvanceTraining(
        IMarketplaceStore store, ITrainingProvider provider, IRounds rounds, RoundLinks links, TrainingOptions options, TimeProvider time, ILogger<AdvanceTraining> logger)
    {
        (_store, _provider, _stops, _open) = (store, provider, new Turn(logger), new Turn(logger));
        _stop = new RunStop(store, provider, time, logger);
        _start = new RunStart(store, provider, new RunFiles(rounds, links, options), options, _stop, time, logger);
        _follow = new RunFollow(store, provider, _start, time, logger);
    }

    /// <summary>Does what is to be done now.</summary>
    /// <exception cref="StorageException">The store or the rounds cannot be reached, or refuse.</exception>
    public async Task<TurnReport> RunAsync(CancellationToken cancellationToken)
    {
        // What nobody wants any more and is paid for goes first.
        var toStop = await _store.ListRunsToStopAsync(cancellationToken).ConfigureAwait(false);
        var stops = await _stops.RunAsync(toStop.Where(IsOurs), run => run.Id, _stop.StopAsync, cancellationToken).ConfigureAwait(false);
        var open = await _store.ListOpenRunsAsync(cancellationToken).ConfigureAwait(false);
        var runs = await _open.RunAsync(open.Where(IsOurs), run => run.Id, AdvanceAsync, cancellationToken).ConfigureAwait(false);
        return new TurnReport(stops.Asked + runs.Asked, [.. stops.Faults, .. runs.Faults]);
    }

    private bool IsOurs(TrainingRun run) => run.Provider == _provider.Name;

    private Task AdvanceAsync(TrainingRun run, CancellationToken cancellationToken) => run switch
    {
        { ProviderId: not null } => _follow.FollowAsync(run, cancellationToken),
        { SubmittedAt: not null } => _start.GiveUpWhenKilledAsync(run, cancellationToken),
        _ => _start.StartAsync(run, cancellationToken),
    };
}
