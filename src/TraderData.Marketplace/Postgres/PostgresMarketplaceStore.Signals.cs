using System.Text.Json;
using Npgsql;
using TraderData.Storage;

namespace TraderData.Marketplace;

/// <content>Signals, consensus, the keys of their requests and the outbox.</content>
internal sealed partial class PostgresMarketplaceStore
{
    /// <summary>How often the table of a row may refuse it before it is parked.</summary>
    internal const int MaxAttempts = 10;

    // What is locked for longer waits in the outbox instead of in front of the client.
    private const string Patience = "SET LOCAL lock_timeout = '2s'";

    private static readonly string MoveSignals = SignalSql.Move(SignalKind.Signal);
    private static readonly string MoveConsensus = SignalSql.Move(SignalKind.Consensus);

    /// <inheritdoc/>
    public Task<SignalReceipt> AcceptAsync(SignalBatch batch, CancellationToken cancellationToken) => _session.InTransactionAsync(
        "accept signals",
        async connection =>
        {
            if (batch.IdempotencyKey is not null && await ReplayOfAsync(connection, batch, cancellationToken) is { } stored)
                return new SignalReceipt(stored, IsReplay: true);
            var ids = await PgSession.QueryAsync(
                connection,
                """
                INSERT INTO ml.ingest_outbox (kind, payload, created_at)
                SELECT $1, value, $3 FROM jsonb_array_elements($2) WITH ORDINALITY ORDER BY ordinality RETURNING id
                """,
                [SignalSql.NameOf(batch.Kind), JsonOf(batch.Signals), batch.ReceivedAt], reader => reader.GetInt64(0), cancellationToken);
            await PgSession.ExecuteAsync(connection, Patience, [], cancellationToken);
            // What the tables refuse now stays in the outbox, and is looked at by whoever drains it.
            _ = await TryMoveAsync(connection, [.. ids], cancellationToken);
            return new SignalReceipt(batch.Signals.Count, IsReplay: false);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<DrainResult> DrainAsync(int max, DateTime now, CancellationToken cancellationToken) => _session.InTransactionAsync(
        "drain outbox",
        async connection =>
        {
            await PgSession.ExecuteAsync(connection, "DELETE FROM ml.ingest_keys WHERE received_at < $1", [now - SignalBatch.KeyLifetime], cancellationToken);
            var ids = await PgSession.QueryAsync(
                connection,
                """
                SELECT id FROM ml.ingest_outbox WHERE parked_at IS NULL AND kind IN ('signal', 'consensus') ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
                """,
                [max], reader => reader.GetInt64(0), cancellationToken);
            if (ids.Count == 0)
                return default;
            await PgSession.ExecuteAsync(connection, Patience, [], cancellationToken);
            return await TryMoveAsync(connection, [.. ids], cancellationToken) is null
                ? new DrainResult(ids.Count, 0, 0)
                : await MoveOneByOneAsync(connection, ids, now, cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxRow>> ReadOutboxAsync(int max, CancellationToken cancellationToken) => _session.QueryAsync(
        "read outbox", "SELECT id, kind, attempts, created_at, last_error, parked_at FROM ml.ingest_outbox ORDER BY id LIMIT $1", [max],
        reader => new OutboxRow(
            reader.GetInt64(0), reader.GetString(1) == SignalSql.NameOf(SignalKind.Consensus) ? SignalKind.Consensus : SignalKind.Signal, reader.GetInt32(2), reader.GetDateTime(3),
            PgSession.TextAt(reader, 4), PgSession.TimeAt(reader, 5)),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<OutboxDepth> CountOutboxAsync(CancellationToken cancellationToken) => (await _session.QueryAsync(
        "count outbox", "SELECT count(*) FILTER (WHERE parked_at IS NULL), count(*) FILTER (WHERE parked_at IS NOT NULL) FROM ml.ingest_outbox", [],
        reader => new OutboxDepth(reader.GetInt64(0), reader.GetInt64(1)), cancellationToken))[0];

    /// <inheritdoc/>
    public Task<IReadOnlyList<Signal>> ListSignalsAsync(SignalKind kind, string owner, CancellationToken cancellationToken) =>
        _session.QueryAsync("list signals", SignalSql.Select(kind), [owner], ReadSignal, cancellationToken);

    private static async Task<int?> ReplayOfAsync(NpgsqlConnection connection, SignalBatch batch, CancellationToken cancellationToken)
    {
        object?[] key = [batch.Principal, SignalSql.NameOf(batch.Kind), batch.IdempotencyKey];
        // Of two at once the second waits here for the first, and then finds its answer.
        var added = await PgSession.ExecuteAsync(
            connection, "INSERT INTO ml.ingest_keys (principal, kind, key, stored, received_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            [.. key, batch.Signals.Count, batch.ReceivedAt], cancellationToken);
        if (added == 1)
            return null;
        var stored = await PgSession.QueryAsync(
            connection, "SELECT stored FROM ml.ingest_keys WHERE principal = $1 AND kind = $2 AND key = $3", key, reader => reader.GetInt32(0), cancellationToken);
        return stored.Single();
    }

    // The refusal; null when there was none, and every row is in its table.
    private static async Task<PostgresException?> TryMoveAsync(NpgsqlConnection connection, long[] ids, CancellationToken cancellationToken)
    {
        await PgSession.ExecuteAsync(connection, "SAVEPOINT move", [], cancellationToken);
        try
        {
            await PgSession.ExecuteAsync(connection, MoveSignals, [ids], cancellationToken);
            await PgSession.ExecuteAsync(connection, MoveConsensus, [ids], cancellationToken);
            await PgSession.ExecuteAsync(connection, "RELEASE SAVEPOINT move", [], cancellationToken);
            return null;
        }
        catch (PostgresException e)
        {
            await PgSession.ExecuteAsync(connection, "ROLLBACK TO SAVEPOINT move", [], cancellationToken);
            return e;
        }
    }

    private static async Task<DrainResult> MoveOneByOneAsync(NpgsqlConnection connection, IReadOnlyList<long> ids, DateTime now, CancellationToken cancellationToken)
    {
        var (stored, failed, parked) = (0, 0, 0);
        foreach (var id in ids)
        {
            if (await TryMoveAsync(connection, [id], cancellationToken) is not { } refusal)
            {
                stored++;
                continue;
            }

            // A lock or a restart is no fault of the row: this and all behind it wait for the next time.
            if (PostgresFault.Explain(refusal, "").IsTransient)
                break;
            var isParked = await PgSession.QueryAsync(
                connection,
                """
                UPDATE ml.ingest_outbox SET attempts = attempts + 1, last_error = $2, parked_at = CASE WHEN attempts + 1 >= $3 THEN $4::timestamptz END
                WHERE id = $1 RETURNING parked_at IS NOT NULL
                """,
                [id, $"{refusal.MessageText} (SQLSTATE {refusal.SqlState})", MaxAttempts, now], reader => reader.GetBoolean(0), cancellationToken);
            (failed, parked) = isParked.Single() ? (failed, parked + 1) : (failed + 1, parked);
        }

        return new DrainResult(stored, failed, parked);
    }

    private static JsonElement JsonOf(IReadOnlyList<Signal> signals) => JsonSerializer.SerializeToElement(signals, MarketplaceJson.Default.IReadOnlyListSignal);

    private static Signal ReadSignal(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetDateTime(4), reader.GetString(5), reader.GetDecimal(6), reader.GetDateTime(7),
        reader.GetString(8), PgSession.TextAt(reader, 9))
    {
        Contributors = PgSession.JsonAt(reader, 10),
        Meta = PgSession.JsonAt(reader, 11),
    };
}
