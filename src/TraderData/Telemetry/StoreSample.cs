using System.Diagnostics.Metrics;
using TraderData.Core;
using TraderData.Marketplace;
using TraderData.Rounds;

namespace TraderData.Cli;

/// <summary>
/// What only the store can tell, asked before it is collected and at most every ten seconds: meter <c>TraderData.Service</c>, <c>outbox.waiting</c>, <c>outbox.parked</c>, <c>training.runs</c> by status,
/// <c>round.age</c> and <c>round.remaining</c>. What could not be asked within two seconds is absent until it can.
/// </summary>
internal sealed class StoreSample : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly string[] OpenStatuses = [RunStatus.Queued, RunStatus.Running];

    private readonly Meter _meter = new("TraderData.Service");
    private readonly SemaphoreSlim _turn = new(1);
    private readonly IMarketplaceStore _marketplace;
    private readonly IRounds _rounds;
    private readonly TimeProvider _time;
    private long? _sampledAt;
    private OutboxDepth? _outbox;
    private IReadOnlyList<TrainingRun>? _runs;
    private RoundEntry? _round;

    /// <summary>Begins to publish; disposing ends it.</summary>
    public StoreSample(IMarketplaceStore marketplace, IRounds rounds, TimeProvider time)
    {
        (_marketplace, _rounds, _time) = (marketplace, rounds, time);
        _meter.CreateObservableGauge("outbox.waiting", () => Some(_outbox?.Waiting), description: "Signals that wait in the outbox");
        _meter.CreateObservableGauge("outbox.parked", () => Some(_outbox?.Parked), description: "Signals of the outbox that their table refused for good");
        _meter.CreateObservableGauge("training.runs", CountRuns, description: "Training runs that are not over");
        _meter.CreateObservableGauge("round.age", () => Some(SecondsSince(_round?.PublishedMs)), "s", "How long ago the current round was published");
        _meter.CreateObservableGauge("round.remaining", () => Some(-SecondsSince(_round?.ExpiresMs)), "s", "For how long the current round is still offered; below zero when it is no more");
    }

    /// <summary>Asks the store, unless it was asked just now. Never throws for the store's sake.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_sampledAt is { } at && _time.GetElapsedTime(at) < Fresh)
                return;
            using var patience = new CancellationTokenSource(Patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
            var outbox = TryAsync(async token => (OutboxDepth?)await _marketplace.CountOutboxAsync(token).ConfigureAwait(false), either.Token);
            var runs = TryAsync(async token => (IReadOnlyList<TrainingRun>?)await _marketplace.ListOpenRunsAsync(token).ConfigureAwait(false), either.Token);
            var round = TryAsync(CurrentRoundAsync, either.Token);
            (_outbox, _runs, _round) = (await outbox.ConfigureAwait(false), await runs.ConfigureAwait(false), await round.ConfigureAwait(false));
            _sampledAt = _time.GetTimestamp();
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        _turn.Dispose();
    }

    private static async Task<T?> TryAsync<T>(Func<CancellationToken, Task<T?>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask(cancellationToken).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is StorageException or OperationCanceledException)
        {
            // /ready tells what is wrong with the store.
            return default;
        }
    }

    private static IEnumerable<Measurement<T>> Some<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];

    // An expired round stays the current one until another is published: that is what an alarm is to see.
    private async Task<RoundEntry?> CurrentRoundAsync(CancellationToken cancellationToken)
    {
        var index = await _rounds.IndexAsync(cancellationToken).ConfigureAwait(false);
        return index.Current is { } current ? index.Find(current) : null;
    }

    private IEnumerable<Measurement<int>> CountRuns() => _runs is not { } runs
        ? []
        : OpenStatuses.Select(status => new Measurement<int>(runs.Count(run => run.Status == status), new KeyValuePair<string, object?>("status", status)));

    private double? SecondsSince(long? ms) => (_time.GetUtcNow().ToUnixTimeMilliseconds() - ms) / 1_000.0;
}
