using Npgsql;

namespace TraderData.Marketplace;

/// <content>Training runs.</content>
internal sealed partial class PostgresMarketplaceStore
{
    private const string RunColumns =
        "run_id, vendor_id, round_id, task, provider, status, spec, metrics, created_at, started_at, finished_at, provider_id, logs_url, artifacts, note, submitted_at, withdrawn_at, provider_done_at";

    // The same conditions as those of the partial indexes.
    private const string IsOpen = "status IN ('queued', 'running')";
    private const string IsToStop = "submitted_at IS NOT NULL AND provider_done_at IS NULL AND status IN ('succeeded', 'failed', 'cancelled')";

    /// <inheritdoc/>
    public Task AddRunAsync(TrainingRun run, CancellationToken cancellationToken) => _session.ExecuteAsync(
        "add run",
        $"INSERT INTO app.training_runs ({RunColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)", ValuesOf(run), cancellationToken);

    /// <inheritdoc/>
    public Task<TrainingRun?> FindRunAsync(string id, CancellationToken cancellationToken) =>
        _session.RunAsync("find run", connection => FindRunAsync(connection, id, "", cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TrainingRun>> ListOpenRunsAsync(CancellationToken cancellationToken) => ListRunsAsync(IsOpen, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<TrainingRun>> ListRunsToStopAsync(CancellationToken cancellationToken) => ListRunsAsync(IsToStop, cancellationToken);

    /// <inheritdoc/>
    public Task<TrainingRun?> ChangeRunAsync(string id, Func<TrainingRun, TrainingRun> change, CancellationToken cancellationToken) =>
        ChangeRunAsync(id, held => held.IsOver ? held : change(held), "change run", cancellationToken);

    /// <inheritdoc/>
    public Task<TrainingRun?> ChangeProviderAsync(string id, Func<TrainingRun, TrainingRun> change, CancellationToken cancellationToken) =>
        ChangeRunAsync(id, held => held.TakeProvider(change(held)), "change provider", cancellationToken);

    private Task<IReadOnlyList<TrainingRun>> ListRunsAsync(string condition, CancellationToken cancellationToken) => _session.QueryAsync(
        "list runs", $"SELECT {RunColumns} FROM app.training_runs WHERE {condition} ORDER BY created_at, run_id COLLATE \"C\"", [], ReadRun, cancellationToken);

    private Task<TrainingRun?> ChangeRunAsync(string id, Func<TrainingRun, TrainingRun> change, string doing, CancellationToken cancellationToken) => _session.InTransactionAsync(
        doing,
        async connection =>
        {
            var held = await FindRunAsync(connection, id, "FOR UPDATE", cancellationToken);
            if (held is null)
                return null;
            var next = change(held);
            if (ReferenceEquals(next, held))
                return held;
            await PgSession.ExecuteAsync(
                connection,
                """
                UPDATE app.training_runs SET vendor_id = $2, round_id = $3, task = $4, provider = $5, status = $6, spec = $7, metrics = $8, created_at = $9, started_at = $10, finished_at = $11,
                    provider_id = $12, logs_url = $13, artifacts = $14, note = $15, submitted_at = $16, withdrawn_at = $17, provider_done_at = $18
                WHERE run_id = $1
                """,
                ValuesOf(next), cancellationToken);
            return next;
        },
        cancellationToken);

    private static async Task<TrainingRun?> FindRunAsync(NpgsqlConnection connection, string id, string locking, CancellationToken cancellationToken)
    {
        var found = await PgSession.QueryAsync(connection, $"SELECT {RunColumns} FROM app.training_runs WHERE run_id = $1 {locking}", [id], ReadRun, cancellationToken);
        return found.SingleOrDefault();
    }

    private static object?[] ValuesOf(TrainingRun run) =>
    [
        run.Id, run.VendorId, run.RoundId, run.Task, run.Provider, run.Status, run.Spec, run.Metrics, run.CreatedAt, run.StartedAt, run.FinishedAt, run.ProviderId, run.LogsUrl,
        run.Artifacts, run.Note, run.SubmittedAt, run.WithdrawnAt, run.ProviderDoneAt,
    ];

    private static TrainingRun ReadRun(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5), PgSession.JsonAt(reader, 6)!.Value,
        PgSession.JsonAt(reader, 7)!.Value, reader.GetDateTime(8))
    {
        StartedAt = PgSession.TimeAt(reader, 9),
        FinishedAt = PgSession.TimeAt(reader, 10),
        ProviderId = PgSession.TextAt(reader, 11),
        LogsUrl = PgSession.TextAt(reader, 12),
        Artifacts = PgSession.JsonAt(reader, 13),
        Note = PgSession.TextAt(reader, 14),
        SubmittedAt = PgSession.TimeAt(reader, 15),
        WithdrawnAt = PgSession.TimeAt(reader, 16),
        ProviderDoneAt = PgSession.TimeAt(reader, 17),
    };
}
