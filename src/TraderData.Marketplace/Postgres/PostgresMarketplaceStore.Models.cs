using Npgsql;

namespace TraderData.Marketplace;

/// <content>Models and heartbeats.</content>
internal sealed partial class PostgresMarketplaceStore
{
    private const string ModelColumns = "model_id, vendor_id, name, description, task, stage, version, version_id, deployment_id, created_at, updated_at";
    private const string HeartbeatColumns = "heartbeat_id, deployment_id, vendor_id, status, sent_at, received_at, metrics, message";

    // The last signals of a model come from two short walks down an index: those that name it, and those that its deployment sent without a name.
    private static readonly string SelectCatalog =
        $"""
        SELECT m.model_id, m.vendor_id, m.name, m.description, m.task, m.stage, m.version, m.version_id, m.deployment_id, m.created_at, m.updated_at,
            v.name, h.status, h.received_at, round(s.mean, {CatalogEntry.MeanDecimals})
        FROM app.models m
        JOIN app.marketplace_vendors v ON v.vendor_id = m.vendor_id
        LEFT JOIN app.heartbeats h ON h.deployment_id = m.deployment_id AND h.vendor_id = m.vendor_id
        LEFT JOIN LATERAL (
            SELECT avg(confidence) AS mean FROM (
                SELECT confidence FROM (
                    (SELECT confidence, event_ts FROM ml.signals_latest WHERE owner = v.owner AND model_id = m.model_id ORDER BY event_ts DESC LIMIT {CatalogEntry.SignalsOfMean})
                    UNION ALL
                    (SELECT confidence, event_ts FROM ml.signals_latest WHERE owner = v.owner AND model_id = m.deployment_id ORDER BY event_ts DESC LIMIT {CatalogEntry.SignalsOfMean})
                ) either ORDER BY event_ts DESC LIMIT {CatalogEntry.SignalsOfMean}) last) s ON true
        ORDER BY m.model_id COLLATE "C"
        """;

    /// <inheritdoc/>
    public Task SaveModelAsync(Model model, CancellationToken cancellationToken) => _session.ExecuteAsync(
        "save model",
        $"""
        INSERT INTO app.models ({ModelColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        ON CONFLICT (model_id) DO UPDATE SET description = excluded.description, task = excluded.task, version = excluded.version, version_id = excluded.version_id,
            deployment_id = excluded.deployment_id, updated_at = excluded.updated_at
        """,
        [
            model.Id, model.VendorId, model.Name, model.Description, model.Task, model.Stage, model.Version, model.VersionId, model.DeploymentId, model.CreatedAt, model.UpdatedAt,
        ],
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<CatalogEntry>> ReadCatalogAsync(CancellationToken cancellationToken) =>
        _session.QueryAsync("read catalog", SelectCatalog, [], ReadEntry, cancellationToken);

    /// <inheritdoc/>
    public Task SaveHeartbeatAsync(Heartbeat heartbeat, CancellationToken cancellationToken) => _session.ExecuteAsync(
        "save heartbeat",
        $"""
        INSERT INTO app.heartbeats ({HeartbeatColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (deployment_id) DO UPDATE SET heartbeat_id = excluded.heartbeat_id, vendor_id = excluded.vendor_id, status = excluded.status, sent_at = excluded.sent_at,
            received_at = excluded.received_at, metrics = excluded.metrics, message = excluded.message
        """,
        [
            heartbeat.Id, heartbeat.DeploymentId, heartbeat.VendorId, heartbeat.Status, heartbeat.Timestamp, heartbeat.ReceivedAt, heartbeat.Metrics, heartbeat.Message,
        ],
        cancellationToken);

    /// <inheritdoc/>
    public async Task<Heartbeat?> FindHeartbeatAsync(string deploymentId, CancellationToken cancellationToken)
    {
        var found = await _session.QueryAsync(
            "find heartbeat", $"SELECT {HeartbeatColumns} FROM app.heartbeats WHERE deployment_id = $1", [deploymentId], ReadHeartbeat, cancellationToken);
        return found.SingleOrDefault();
    }

    private static CatalogEntry ReadEntry(NpgsqlDataReader reader) => new(
        new Model(
            reader.GetString(0), reader.GetString(1), reader.GetString(2), PgSession.TextAt(reader, 3), reader.GetString(4), reader.GetString(5), reader.GetString(6), reader.GetString(7),
            PgSession.TextAt(reader, 8), reader.GetDateTime(9), reader.GetDateTime(10)),
        reader.GetString(11), PgSession.TextAt(reader, 12), PgSession.TimeAt(reader, 13), reader.IsDBNull(14) ? null : reader.GetDecimal(14));

    private static Heartbeat ReadHeartbeat(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetDateTime(4), reader.GetDateTime(5), PgSession.JsonAt(reader, 6)!.Value,
        PgSession.TextAt(reader, 7));
}
