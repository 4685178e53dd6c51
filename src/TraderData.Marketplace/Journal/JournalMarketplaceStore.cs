namespace TraderData.Marketplace;

/// <summary>
/// The marketplace in a file of the data folder, for where there is no database. Everything is in memory as well: enough for some hundred thousand signals. What is accepted goes into its
/// table at once, so that the outbox is always empty.
/// </summary>
internal sealed partial class JournalMarketplaceStore : IMarketplaceStore, IDisposable
{
    // Rewriting a megabyte is nothing; doing so for every row would be.
    private const int DefaultLeastDead = 1_000;

    private readonly JournalTable<Vendor> _vendors = new("vendor", MarketplaceJson.Default.Vendor);
    private readonly JournalTable<Token> _tokens = new("token", MarketplaceJson.Default.Token);
    private readonly JournalTable<Deployment> _deployments = new("deployment", MarketplaceJson.Default.Deployment);
    private readonly JournalTable<Model> _models = new("model", MarketplaceJson.Default.Model);
    private readonly JournalTable<Heartbeat> _heartbeats = new("heartbeat", MarketplaceJson.Default.Heartbeat);
    private readonly JournalTable<TrainingRun> _runs = new("run", MarketplaceJson.Default.TrainingRun);
    private readonly JournalTable<Signal> _signals = new("signal", MarketplaceJson.Default.Signal);
    private readonly JournalTable<Signal> _consensus = new("consensus", MarketplaceJson.Default.Signal);
    private readonly JournalTable<JournalKey> _keys = new("key", MarketplaceJson.Default.JournalKey);
    private readonly Journal _journal;

    /// <summary>Makes one on a file, which is made with the first change.</summary>
    public JournalMarketplaceStore(string path, int leastDead = DefaultLeastDead) =>
        _journal = new Journal(path, leastDead, _vendors, _tokens, _deployments, _models, _heartbeats, _runs, _signals, _consensus, _keys);

    /// <inheritdoc/>
    public Task<bool> AddVendorAsync(Vendor vendor, Token key, CancellationToken cancellationToken) => _journal.ChangeAsync(
        change =>
        {
            if (_vendors.Rows.Values.Any(other => other.Owner == vendor.Owner))
                return false;
            change.Put(_vendors, vendor.Id, vendor);
            change.Put(_tokens, key.Id, key);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Vendor>> ListVendorsAsync(CancellationToken cancellationToken) =>
        _journal.ReadAsync<IReadOnlyList<Vendor>>(() => [.. _vendors.Rows.Values.OrderBy(vendor => vendor.Id, StringComparer.Ordinal)], cancellationToken);

    /// <inheritdoc/>
    public Task AddTokenAsync(Token token, CancellationToken cancellationToken) => PutAsync(_tokens, token.Id, token, cancellationToken);

    /// <inheritdoc/>
    public Task<Principal?> FindTokenAsync(string hash, CancellationToken cancellationToken) => _journal.ReadAsync(
        () => _tokens.Rows.Values.FirstOrDefault(token => token.Hash == hash) is { } token && _vendors.Find(token.VendorId) is { } vendor ? new Principal(token, vendor) : null,
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Token>> ListTokensAsync(CancellationToken cancellationToken) =>
        _journal.ReadAsync<IReadOnlyList<Token>>(() => [.. _tokens.Rows.Values.OrderBy(token => token.Id, StringComparer.Ordinal)], cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RevokeTokenAsync(string id, DateTime now, CancellationToken cancellationToken) =>
        _journal.ChangeAsync(change => Revoke(change, id, now), cancellationToken);

    /// <inheritdoc/>
    public Task<bool> RedeemAsync(string id, Token instead, CancellationToken cancellationToken) => _journal.ChangeAsync(
        change =>
        {
            if (!Revoke(change, id, instead.CreatedAt))
                return false;
            change.Put(_tokens, instead.Id, instead);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task AddDeploymentAsync(Deployment deployment, Token token, CancellationToken cancellationToken) => _journal.ChangeAsync(
        change =>
        {
            change.Put(_deployments, deployment.Id, deployment);
            change.Put(_tokens, token.Id, token);
            return true;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<Deployment?> FindDeploymentAsync(string id, CancellationToken cancellationToken) => _journal.ReadAsync(() => _deployments.Find(id), cancellationToken);

    /// <inheritdoc/>
    public Task<Deployment?> ChangeDeploymentAsync(string id, DeploymentChange change, DateTime now, CancellationToken cancellationToken) => _journal.ChangeAsync(
        made =>
        {
            if (_deployments.Find(id) is not { } held)
                return null;
            var next = change.Apply(held, now);
            made.Put(_deployments, id, next);
            return next;
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Deployment>> ListPodDeploymentsAsync(CancellationToken cancellationToken) => _journal.ReadAsync<IReadOnlyList<Deployment>>(
        () => [.. _deployments.Rows.Values.Where(deployment => deployment.IsPodToSeeTo).OrderBy(deployment => deployment.CreatedAt).ThenBy(deployment => deployment.Id, StringComparer.Ordinal)],
        cancellationToken);

    /// <inheritdoc/>
    public Task<Deployment?> ChangePodAsync(string id, Func<Deployment, Deployment> change, CancellationToken cancellationToken) => _journal.ChangeAsync(
        made =>
        {
            if (_deployments.Find(id) is not { } held)
                return null;
            var next = held.TakePod(change(held));
            made.Put(_deployments, id, next);
            return next;
        },
        cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _journal.Dispose();

    private bool Revoke(JournalChange change, string id, DateTime now)
    {
        if (_tokens.Find(id) is not { RevokedAt: null } token)
            return false;
        change.Put(_tokens, id, token with { RevokedAt = now });
        return true;
    }

    private Task<bool> PutAsync<T>(JournalTable<T> table, string key, T value, CancellationToken cancellationToken)
        where T : class => _journal.ChangeAsync(
        change =>
        {
            change.Put(table, key, value);
            return true;
        },
        cancellationToken);
}
