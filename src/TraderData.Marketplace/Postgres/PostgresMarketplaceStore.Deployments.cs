using Npgsql;

namespace TraderData.Marketplace;

/// <content>Deployments.</content>
internal sealed partial class PostgresMarketplaceStore
{
    private const string DeploymentColumns =
        "deployment_id, vendor_id, name, provider, cpu, memory, gpu, image, status, created_at, updated_at, runpod_id, signals_url, consensus_url, pod_claimed_at, pod_id, pod_done_at";

    /// <inheritdoc/>
    public Task AddDeploymentAsync(Deployment deployment, Token token, CancellationToken cancellationToken) => _session.InTransactionAsync(
        "add deployment",
        async connection =>
        {
            await PgSession.ExecuteAsync(
                connection, $"INSERT INTO app.deployments ({DeploymentColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
                [
                    deployment.Id, deployment.VendorId, deployment.Name, deployment.Provider, deployment.Cpu, deployment.Memory, deployment.Gpu, deployment.Image, deployment.Status,
                    deployment.CreatedAt, deployment.UpdatedAt, deployment.RunpodId, deployment.SignalsUrl, deployment.ConsensusUrl, deployment.PodClaimedAt, deployment.PodId, deployment.PodDoneAt,
                ],
                cancellationToken);
            return await PgSession.ExecuteAsync(connection, InsertToken, ValuesOf(token), cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public async Task<Deployment?> FindDeploymentAsync(string id, CancellationToken cancellationToken)
    {
        var found = await _session.QueryAsync(
            "find deployment", $"SELECT {DeploymentColumns} FROM app.deployments WHERE deployment_id = $1", [id], ReadDeployment, cancellationToken);
        return found.SingleOrDefault();
    }

    /// <inheritdoc/>
    public async Task<Deployment?> ChangeDeploymentAsync(string id, DeploymentChange change, DateTime now, CancellationToken cancellationToken)
    {
        const string sql =
            $"""
            UPDATE app.deployments SET
                runpod_id = coalesce($2, runpod_id), status = coalesce($3, status), signals_url = coalesce($4, signals_url), consensus_url = coalesce($5, consensus_url), updated_at = $6
            WHERE deployment_id = $1 RETURNING {DeploymentColumns}
            """;
        var changed = await _session.QueryAsync(
            "change deployment", sql, [id, change.RunpodId, change.Status, change.SignalsUrl, change.ConsensusUrl, now], ReadDeployment, cancellationToken);
        return changed.SingleOrDefault();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Deployment>> ListPodDeploymentsAsync(CancellationToken cancellationToken) => _session.QueryAsync(
        "list deployments",
        $"""
        SELECT {DeploymentColumns} FROM app.deployments
        WHERE pod_done_at IS NULL AND (pod_claimed_at IS NOT NULL OR (provider = '{Deployment.PodProvider}' AND status = '{Deployment.FirstStatus}' AND runpod_id IS NULL))
        ORDER BY created_at, deployment_id COLLATE "C"
        """,
        [], ReadDeployment, cancellationToken);

    /// <inheritdoc/>
    public Task<Deployment?> ChangePodAsync(string id, Func<Deployment, Deployment> change, CancellationToken cancellationToken) => _session.InTransactionAsync(
        "change pod",
        async connection =>
        {
            var found = await PgSession.QueryAsync(
                connection, $"SELECT {DeploymentColumns} FROM app.deployments WHERE deployment_id = $1 FOR UPDATE", [id], ReadDeployment, cancellationToken);
            if (found.SingleOrDefault() is not { } held)
                return null;
            var next = held.TakePod(change(held));
            await PgSession.ExecuteAsync(
                connection,
                "UPDATE app.deployments SET runpod_id = $2, status = $3, pod_claimed_at = $4, pod_id = $5, pod_done_at = $6, updated_at = $7 WHERE deployment_id = $1",
                [id, next.RunpodId, next.Status, next.PodClaimedAt, next.PodId, next.PodDoneAt, next.UpdatedAt], cancellationToken);
            return next;
        },
        cancellationToken);

    private static Deployment ReadDeployment(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), PgSession.TextAt(reader, 4), PgSession.TextAt(reader, 5), PgSession.TextAt(reader, 6),
        reader.GetString(7), reader.GetString(8), reader.GetDateTime(9), reader.GetDateTime(10))
    {
        RunpodId = PgSession.TextAt(reader, 11),
        SignalsUrl = PgSession.TextAt(reader, 12),
        ConsensusUrl = PgSession.TextAt(reader, 13),
        PodClaimedAt = PgSession.TimeAt(reader, 14),
        PodId = PgSession.TextAt(reader, 15),
        PodDoneAt = PgSession.TimeAt(reader, 16),
    };
}
