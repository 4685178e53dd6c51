namespace TraderData.Storage;

/// <summary>The statements on what is sealed. Those that search go over all series, and run once in a while.</summary>
internal static class SealSql
{
    // A row gets its time when its write begins, and is seen when its transaction ends: so much later at most.
    private const string LongestTransaction = "interval '1 hour'";

    // Other programs may write any timeframe; partitions are of these.
    private const string Standard = "('1m', '5m', '15m', '30m', '1h', '4h', '1d', '1w')";

    /// <summary>
    /// Marks seals whose bars got other values, or more of them, since they were read, and keeps how far was looked. It reads what was written since the
    /// search before by the block range index, and no more of the table. Its row is locked: two searches at once go one after the other.
    /// </summary>
    public static readonly string MarkChanged =
        $"""
        WITH search AS MATERIALIZED (SELECT searched_to - {LongestTransaction} AS since, clock_timestamp() AS now FROM market.seal_search FOR UPDATE),
        changed AS (
            SELECT symbol, timeframe, {StartOf("timeframe", "bar_ts")} AS range_start, max(updated_at) AS at FROM market.ohlcv
            WHERE updated_at >= (SELECT since FROM search) AND timeframe IN {Standard} GROUP BY 1, 2, 3
            UNION ALL
            SELECT symbol, timeframe, {StartOf("timeframe", "bar_ts")}, max(replaced_at) FROM market.ohlcv_revision
            WHERE replaced_at >= (SELECT since FROM search) AND timeframe IN {Standard} GROUP BY 1, 2, 3),
        marked AS (
            UPDATE market.sealed_partition s SET read_at = '-infinity' FROM (SELECT symbol, timeframe, range_start, max(at) AS at FROM changed GROUP BY 1, 2, 3) c
            WHERE s.symbol = c.symbol AND s.timeframe = c.timeframe AND s.range_start = c.range_start AND c.at >= s.read_at - {LongestTransaction}
                AND s.read_at > '-infinity')
        UPDATE market.seal_search SET searched_to = (SELECT now FROM search)
        """;

    /// <summary>
    /// Partitions that have rows, ended, and have no seal that counts: symbol, timeframe, time of the first bar, source. One step down the key for each
    /// partition. Parameter: the time at or before which a partition has ended.
    /// </summary>
    public static readonly string Unsealed =
        $"""
        WITH RECURSIVE held AS (
            SELECT s.symbol, s.timeframe, f.bar_ts FROM {SeriesSql.Names} s, LATERAL (
                SELECT bar_ts FROM market.ohlcv o WHERE o.symbol = s.symbol AND o.timeframe = s.timeframe AND o.bar_ts >= '0001-01-01Z' AND o.bar_ts < $1
                ORDER BY bar_ts LIMIT 1) f
            WHERE s.timeframe IN {Standard}
            UNION ALL
            SELECT h.symbol, h.timeframe, n.bar_ts FROM held h, LATERAL (
                SELECT bar_ts FROM market.ohlcv o
                WHERE o.symbol = h.symbol AND o.timeframe = h.timeframe AND o.bar_ts >= {EndOf("h.timeframe", "h.bar_ts")} AND o.bar_ts < $1
                ORDER BY bar_ts LIMIT 1) n)
        SELECT h.symbol, h.timeframe, h.bar_ts, {BarReadSql.SourceOf("h.symbol")} FROM held h
        WHERE {EndOf("h.timeframe", "h.bar_ts")} <= $1 AND NOT EXISTS (
            SELECT FROM market.sealed_partition s
            WHERE s.symbol = h.symbol AND s.timeframe = h.timeframe AND s.range_start = {StartOf("h.timeframe", "h.bar_ts")} AND s.read_at > '-infinity')
        """;

    /// <summary>
    /// Keeps what was sealed. What was written while it was read and sealed is searched again.
    /// Parameters: symbol, timeframe, partition, start, end, rows, first bar, last bar, digest, read at, rows in the hot tier.
    /// </summary>
    public const string Record =
        """
        INSERT INTO market.sealed_partition (symbol, timeframe, partition, range_start, range_end, rows, first_bar, last_bar, digest, read_at, hot_rows, sealed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp())
        ON CONFLICT (symbol, timeframe, range_start) DO UPDATE SET
            rows = EXCLUDED.rows, first_bar = EXCLUDED.first_bar, last_bar = EXCLUDED.last_bar, digest = EXCLUDED.digest,
            read_at = EXCLUDED.read_at, hot_rows = EXCLUDED.hot_rows, sealed_at = EXCLUDED.sealed_at
        """;

    /// <summary>Parameter: read at.</summary>
    public const string SearchAgain = "UPDATE market.seal_search SET searched_to = $1 WHERE searched_to > $1";

    /// <summary>
    /// Seals that count of partitions that have rows: symbol, timeframe, source, first of the range, rows, first bar, last bar, digest, read at, rows in the hot tier. Parameter:
    /// the time at or before which a partition has ended.
    /// </summary>
    public static readonly string Sealed =
        $"""
        SELECT s.symbol, s.timeframe, {BarReadSql.SourceOf("s.symbol")}, s.partition, s.rows, s.first_bar, s.last_bar, s.digest, s.read_at, s.hot_rows
        FROM market.sealed_partition s
        WHERE s.range_end <= $1 AND s.read_at > '-infinity' AND EXISTS (
            SELECT FROM market.ohlcv o
            WHERE o.symbol = s.symbol AND o.timeframe = s.timeframe AND o.bar_ts >= s.range_start AND o.bar_ts < s.range_end OFFSET 0)
        ORDER BY s.symbol, s.timeframe, s.range_start
        """;

    /// <summary>How many bars of each series both tiers have: symbol, timeframe, source, bars. Parameter: the symbol, or null for all.</summary>
    public static readonly string InBothTiers =
        $"""
        SELECT s.symbol, s.timeframe, {BarReadSql.SourceOf("s.symbol")}, sum(s.hot_rows)::bigint FROM market.sealed_partition s
        WHERE s.hot_rows > 0 AND ($1 IS NULL OR s.symbol = $1) GROUP BY s.symbol, s.timeframe
        """;

    // As Partition cuts: a month under an hour, a year under a day, a decade; the first decade begins with the year 1.
    private static string StartOf(string timeframe, string time) =>
        $"greatest(date_trunc({UnitOf(timeframe)}, {time}, 'UTC'), timestamptz '0001-01-01Z')";

    /// <summary>The end of the partition that a time is in, in SQL; also where the session's time zone is none of UTC.</summary>
    internal static string EndOf(string timeframe, string time) =>
        $"""
        date_trunc({UnitOf(timeframe)}, (date_trunc({UnitOf(timeframe)}, {time} AT TIME ZONE 'UTC')
            + CASE {UnitOf(timeframe)} WHEN 'month' THEN interval '1 month' WHEN 'year' THEN interval '1 year' ELSE interval '10 years' END)
            AT TIME ZONE 'UTC', 'UTC')
        """;

    private static string UnitOf(string timeframe) => $"(CASE {timeframe} WHEN '1h' THEN 'year' WHEN '4h' THEN 'year' WHEN '1d' THEN 'decade' WHEN '1w' THEN 'decade' ELSE 'month' END)";
}
