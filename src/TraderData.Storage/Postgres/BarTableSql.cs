namespace TraderData.Storage;

/// <summary>The statements that write <c>market.ohlcv</c> and its side tables. Each names a symbol, so that Citus can send it to one node.</summary>
internal static class BarTableSql
{
    /// <summary>
    /// Makes the symbol the source's, unless it is another's: by <c>market.instruments</c>, or by the source that another program wrote beside its
    /// bars. Bars without a source belong to nobody and go to the first that writes the symbol.
    /// Parameters: symbol, source.
    /// </summary>
    public const string ClaimSymbol =
        """
        INSERT INTO market.instruments (symbol, source)
        SELECT $1, $2
        WHERE NOT EXISTS (SELECT FROM market.instruments WHERE symbol = $1)
            AND COALESCE((SELECT o.source FROM market.ohlcv o WHERE o.symbol = $1 ORDER BY o.timeframe, o.bar_ts LIMIT 1), $2) = $2
        ON CONFLICT (symbol) DO NOTHING
        """;

    /// <summary>
    /// Keeps the trigger silent that tells of other programs' writes: this program says itself what it wrote. For the rest of the transaction.
    /// </summary>
    public const string TellOurselves = "SET LOCAL trader_data.tells = 'on'";

    /// <summary>Makes the row of a series' state, if there is none. Parameters: symbol, timeframe.</summary>
    public const string CreateState =
        """
        INSERT INTO market.series_state (symbol, timeframe, bars)
        SELECT $1, $2, CASE WHEN EXISTS (SELECT FROM market.ohlcv o WHERE o.symbol = $1 AND o.timeframe = $2) THEN NULL ELSE 0 END
        WHERE NOT EXISTS (SELECT FROM market.series_state s WHERE s.symbol = $1 AND s.timeframe = $2)
        ON CONFLICT (symbol, timeframe) DO NOTHING
        """;

    /// <summary>
    /// Locks the row of a series' state until the transaction ends. Gives the version, whether <see cref="ChangeState"/> would change more than that, and the
    /// failures. Parameters: symbol, timeframe, asset class, feed, adjustment, fetched, verified.
    /// </summary>
    public const string LockState =
        """
        SELECT s.version,
            ($3 <> 'unknown' AND $3 <> s.asset_class) OR ($4::text IS NOT NULL AND $4 IS DISTINCT FROM s.feed)
                OR ($5::text IS NOT NULL AND $5 IS DISTINCT FROM s.adjustment) OR NOT s.fetched @> $6::tstzmultirange
                OR NOT s.verified @> $7::tstzmultirange,
            s.failures::text
        FROM market.series_state s WHERE s.symbol = $1 AND s.timeframe = $2 FOR UPDATE
        """;

    /// <summary>
    /// Adds to a series' state. Parameters: symbol, timeframe, asset class, feed, adjustment, fetched, verified, version, bars that were not there, failures.
    /// </summary>
    public const string ChangeState =
        """
        UPDATE market.series_state SET
            asset_class = CASE WHEN $3 = 'unknown' THEN asset_class ELSE $3 END, feed = COALESCE($4, feed), adjustment = COALESCE($5, adjustment),
            fetched = fetched + $6::tstzmultirange, verified = verified + $7::tstzmultirange, version = $8, bars = bars + $9, failures = $10::jsonb
        WHERE symbol = $1 AND timeframe = $2
        """;

    /// <summary>
    /// What a value that is stored now is stamped with: whole milliseconds, so that both tiers hold the same. Asked when the series is locked: a write that
    /// waits long gets no time from before.
    /// </summary>
    public const string Now = "date_trunc('milliseconds', clock_timestamp() + interval '999 microseconds')";

    /// <summary>
    /// The time, and whether a series has a bar between two times, both included: asked of the first bar behind the first time, which is one step down the
    /// key. To EXISTS the server may answer by reading the table, when its statistics promise it a row soon. Parameters: symbol, timeframe, first, last.
    /// </summary>
    public const string HasRows =
        $"""
        SELECT {Now}, COALESCE((SELECT bar_ts FROM market.ohlcv WHERE symbol = $1 AND timeframe = $2 AND bar_ts >= $3 ORDER BY bar_ts LIMIT 1) <= $4, false)
        """;

    /// <summary>
    /// The rows of a small write. Parameters behind those of <see cref="Merge"/>: source, then an array for each other column, numbers as text.
    /// </summary>
    public const string SmallRows =
        """
        (SELECT $1::text AS symbol, $2::text AS timeframe, $6::text AS source, bar_ts, open::numeric, high::numeric, low::numeric, close::numeric,
            volume::numeric, vwap::numeric, trades
         FROM unnest($7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::bigint[])
            AS u (bar_ts, open, high, low, close, volume, vwap, trades))
        """;

    /// <summary>Where the rows of a large write wait.</summary>
    public const string Staging = "pg_temp.ohlcv_staging";

    /// <summary>Makes the staging table, which goes with the transaction, and lets the merge of some hundred thousand rows stay in memory.</summary>
    public const string CreateStaging = "CREATE TEMPORARY TABLE ohlcv_staging (LIKE market.ohlcv) ON COMMIT DROP; SET LOCAL work_mem = '32MB'";

    /// <summary>
    /// Lays rows over those held: later wins, but what is not known never erases what is; values that are replaced become revisions. Gives how many
    /// were new and how many changed.
    /// Rows that change nothing are left out beforehand, and those that are held updated, because ON CONFLICT would lock, and so write, each of them: only rows
    /// that another program inserts meanwhile, whose value nobody knew, meet it. The series and the
    /// range stand apart from the rows, so that only the key's range is read, whatever the server believes of a table it has just been given.
    /// A new value's time is later than the old one's by a millisecond at least. Parameters: symbol, timeframe, first, last, the time of the write.
    /// </summary>
    /// <param name="rows">A table or subselect with all columns, each time once.</param>
    public static string Merge(string rows) =>
        $"""
        WITH changed AS MATERIALIZED (
            SELECT n.bar_ts, n.open, n.high, n.low, n.close, n.volume, n.vwap, n.trades, n.source, o.symbol IS NOT NULL AS was_held,
                o.open AS old_open, o.high AS old_high, o.low AS old_low, o.close AS old_close, o.volume AS old_volume, o.vwap AS old_vwap,
                o.trades AS old_trades, o.source AS old_source, o.updated_at AS recorded_at
            FROM {rows} n
            LEFT JOIN market.ohlcv o ON o.symbol = $1 AND o.timeframe = $2 AND o.bar_ts BETWEEN $3 AND $4 AND o.bar_ts = n.bar_ts
            WHERE o.symbol IS NULL OR {Differ("o", "n")}),
        updated AS (
            UPDATE market.ohlcv held SET
                open = c.open, high = c.high, low = c.low, close = c.close, volume = COALESCE(c.volume, held.volume), vwap = COALESCE(c.vwap, held.vwap),
                trades = COALESCE(c.trades, held.trades), source = c.source, updated_at = {Later("held.updated_at")}
            FROM changed c
            WHERE c.was_held AND held.symbol = $1 AND held.timeframe = $2 AND held.bar_ts BETWEEN $3 AND $4 AND held.bar_ts = c.bar_ts
            RETURNING c.bar_ts, c.old_open, c.old_high, c.old_low, c.old_close, c.old_volume, c.old_vwap, c.old_trades, c.old_source, c.recorded_at,
                held.updated_at AS replaced_at),
        replaced AS (
            INSERT INTO market.ohlcv_revision (symbol, timeframe, bar_ts, open, high, low, close, volume, vwap, trades, source, recorded_at, replaced_at)
            SELECT $1, $2, bar_ts, old_open, old_high, old_low, old_close, old_volume, old_vwap, old_trades, old_source, recorded_at, replaced_at
            FROM updated),
        inserted AS (
            INSERT INTO market.ohlcv AS held ({BarCopyWriter.Columns}, updated_at)
            SELECT $1, $2, bar_ts, open, high, low, close, volume, vwap, trades, source, $5 FROM changed WHERE NOT was_held
            ON CONFLICT (symbol, timeframe, bar_ts) DO UPDATE SET
                open = EXCLUDED.open, high = EXCLUDED.high, low = EXCLUDED.low, close = EXCLUDED.close,
                volume = COALESCE(EXCLUDED.volume, held.volume), vwap = COALESCE(EXCLUDED.vwap, held.vwap),
                trades = COALESCE(EXCLUDED.trades, held.trades), source = EXCLUDED.source, updated_at = {Later("held.updated_at")}
            WHERE {Differ("held", "EXCLUDED")}
            RETURNING xmax = 0 AS is_new)
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) + (SELECT count(*) FROM updated) FROM inserted
        """;

    private static string Later(string time) => $"greatest($5, date_trunc('milliseconds', {time} + interval '1999 microseconds'))";

    private static string Differ(string old, string now) =>
        $"""
        (({old}.open, {old}.high, {old}.low, {old}.close) IS DISTINCT FROM ({now}.open, {now}.high, {now}.low, {now}.close)
            OR ({now}.volume IS NOT NULL AND {now}.volume IS DISTINCT FROM {old}.volume)
            OR ({now}.vwap IS NOT NULL AND {now}.vwap IS DISTINCT FROM {old}.vwap)
            OR ({now}.trades IS NOT NULL AND {now}.trades IS DISTINCT FROM {old}.trades))
        """;
}
