namespace TraderData.Marketplace;

/// <summary>The SQL that takes signals from the outbox into their tables.</summary>
internal static class SignalSql
{
    /// <summary>
    /// Moves rows of the outbox ($1, ids) of one kind into its table: of those for one key the last said, and that only when it is newer than what the table has. In the order of the keys, so
    /// that two that do the same do not wait for each other.
    /// </summary>
    public static string Move(SignalKind kind) => kind == SignalKind.Signal
        ? Move("signals_latest", NameOf(kind), "owner, model_id, symbol, timeframe, bar_ts", "meta")
        : Move("consensus_latest", NameOf(kind), "owner, symbol, timeframe, bar_ts", "contributors, meta");

    /// <summary>What an owner has, as <see cref="Signal"/> has it.</summary>
    public static string Select(SignalKind kind) =>
        $"""
        SELECT owner, {(kind == SignalKind.Signal ? "model_id" : "''")}, symbol, timeframe, bar_ts, decision, confidence, coalesce(event_ts, bar_ts), coalesce(vendor_id, ''), deployment_id,
            {(kind == SignalKind.Signal ? "NULL::jsonb" : "contributors")}, meta
        FROM ml.{(kind == SignalKind.Signal ? "signals_latest" : "consensus_latest")} WHERE owner = $1
        ORDER BY {(kind == SignalKind.Signal ? "model_id COLLATE \"C\", " : "")}symbol COLLATE "C", timeframe COLLATE "C", bar_ts
        """;

    /// <summary>What a kind is called in the outbox.</summary>
    public static string NameOf(SignalKind kind) => kind == SignalKind.Signal ? "signal" : "consensus";

    private static string Move(string table, string kind, string key, string json)
    {
        var columns = $"{key}, decision, confidence, {json}, vendor_id, deployment_id, event_ts, ingest_id";
        var set = string.Join(", ", columns[(key.Length + 2)..].Split(", ").Select(column => $"{column} = excluded.{column}"));
        return $"""
            WITH due AS (
                DELETE FROM ml.ingest_outbox WHERE id = ANY($1) AND kind = '{kind}' RETURNING id AS ingest_id, payload
            ), rows AS (
                SELECT payload->>'owner' AS owner, payload->>'model_id' AS model_id, payload->>'symbol' AS symbol, payload->>'timeframe' AS timeframe,
                    (payload->>'bar_ts')::timestamptz AS bar_ts, payload->>'decision' AS decision, (payload->>'confidence')::numeric AS confidence,
                    payload->'contributors' AS contributors, payload->'meta' AS meta, payload->>'vendor_id' AS vendor_id, payload->>'deployment_id' AS deployment_id,
                    (payload->>'event_time')::timestamptz AS event_ts, ingest_id
                FROM due
            ), stored AS (
                INSERT INTO ml.{table} AS held ({columns})
                SELECT DISTINCT ON ({key}) {columns} FROM rows ORDER BY {key}, event_ts DESC, ingest_id DESC
                ON CONFLICT ({key}) DO UPDATE SET {set}
                WHERE (coalesce(held.event_ts, '-infinity'), coalesce(held.ingest_id, 0)) < (excluded.event_ts, excluded.ingest_id)
            )
            SELECT count(*) FROM due
            """;
    }
}
