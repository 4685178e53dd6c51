namespace TraderData.Marketplace;

/// <content>Models, heartbeats and training runs.</content>
internal sealed partial class JournalMarketplaceStore
{
    /// <inheritdoc/>
    public Task SaveModelAsync(Model model, CancellationToken cancellationToken) => _journal.ChangeAsync(
        change =>
        {
            var held = _models.Find(model.Id);
            change.Put(_models, model.Id, held is null ? model : model with { CreatedAt = held.CreatedAt, Stage = held.Stage });
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ReadCatalogAsync(CancellationToken cancellationToken) => _journal.ReadAsync<IReadOnlyList<CatalogEntry>>(
        () =>
        {
            // Gone through once for all models: once for each would hold everybody up for seconds.
            var signals = _signals.Rows.Values.ToLookup(signal => (signal.Owner, signal.ModelId));
            return [.. _models.Rows.Values.OrderBy(model => model.Id, StringComparer.Ordinal).Select(model => EntryOf(model, signals))];
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task SaveHeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken) => PutAsync(_heartbeats, heartbeat.DeploymentId, heartbeat, cancellationToken);

    /// <inheritdoc/>
    public Task<Heartbeat?> FindHeartbeatAsync(string deploymentId, CancellationToken cancellationToken) =>
        _journal.ReadAsync(() => _heartbeats.Find(deploymentId), cancellationToken);

    /// <inheritdoc/>
    public Task AddRunAsync(TrainingRun run, CancellationToken cancellationToken) => PutAsync(_runs, run.Id, run, cancellationToken);

    /// <inheritdoc/>
    public Task<TrainingRun?> FindRunAsync(string id, CancellationToken cancellationToken) => _journal.ReadAsync(() => _runs.Find(id), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TrainingRun>> ListOpenRunsAsync(CancellationToken cancellationToken) => _journal.ReadAsync<IReadOnlyList<TrainingRun>>(
        () => [.. _runs.Rows.Values.Where(run => !run.IsOver).OrderBy(run => run.CreatedAt).ThenBy(run => run.Id, StringComparer.Ordinal)], cancellationToken);

    /// <inheritdoc/>
    public Task<TrainingRun?> ChangeRunAsync(string id, Func<TrainingRun, TrainingRun> change, CancellationToken cancellationToken) => _journal.ChangeAsync(
        made =>
        {
            if (_runs.Find(id) is not { IsOver: false } held)
                return _runs.Find(id);
            var next = change(held);
            if (!ReferenceEquals(next, held))
                made.Put(_runs, id, next);
            return next;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TrainingRun>> ListRunsToStopAsync(CancellationToken cancellationToken) => _journal.ReadAsync<IReadOnlyList<TrainingRun>>(
        () => [.. _runs.Rows.Values.Where(run => run.IsToStop).OrderBy(run => run.CreatedAt).ThenBy(run => run.Id, StringComparer.Ordinal)], cancellationToken);

    /// <inheritdoc/>
    public Task<TrainingRun?> ChangeProviderAsync(string id, Func<TrainingRun, TrainingRun> change, CancellationToken cancellationToken) => _journal.ChangeAsync(
        made =>
        {
            if (_runs.Find(id) is not { } held)
                return null;
            var next = held.TakeProvider(change(held));
            made.Put(_runs, id, next);
            return next;
        },
        cancellationToken);

    private CatalogEntry EntryOf(Model model, ILookup<(string Owner, string ModelId), Signal> signals)
    {
        var vendor = _vendors.Find(model.VendorId)!;
        var heartbeat = model.DeploymentId is { } deployment && _heartbeats.Find(deployment) is { } heard && heard.VendorId == model.VendorId ? heard : null;
        var named = signals[(vendor.Owner, model.Id)];
        var last = (model.DeploymentId is { } unnamed && unnamed != model.Id ? named.Concat(signals[(vendor.Owner, unnamed)]) : named)
            .OrderByDescending(signal => signal.EventTime).Take(CatalogEntry.SignalsOfMean).Select(signal => signal.Confidence).ToArray();
        return new CatalogEntry(
            model, vendor.Name, heartbeat?.Status, heartbeat?.ReceivedAt,
            last.Length == 0 ? null : decimal.Round(last.Sum() / last.Length, CatalogEntry.MeanDecimals, MidpointRounding.AwayFromZero));
    }
}
