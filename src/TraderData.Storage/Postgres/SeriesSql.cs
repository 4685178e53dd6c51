namespace TraderData.Storage;

/// <summary>The statements that say what is known of series.</summary>
internal static class SeriesSql
{
    /// <summary>
    /// The names of all series that have rows, each found by one step down the key instead of reading all keys: a table to select from.
    /// </summary>
    public const string Names =
        """
        (WITH RECURSIVE names AS (
            (SELECT symbol, timeframe FROM market.ohlcv ORDER BY symbol, timeframe LIMIT 1)
            UNION ALL
            SELECT n.symbol, n.timeframe FROM names p, LATERAL (
                SELECT symbol, timeframe FROM market.ohlcv WHERE (symbol, timeframe) > (p.symbol, p.timeframe) ORDER BY symbol, timeframe LIMIT 1) n)
        SELECT symbol, timeframe FROM names)
        """;

    /// <summary>
    /// What is known of every series, those of other programs too. Columns as <see cref="SeriesRow"/> reads them. Bars are counted by reading keys only
    /// where this program keeps no count.
    /// </summary>
    public static readonly string List =
        $"""
        SELECT symbol, timeframe, {BarReadSql.SourceOf("d.symbol")},
            CASE WHEN f.first IS NULL THEN 0
                ELSE COALESCE(d.bars, (SELECT count(*) FROM market.ohlcv o WHERE o.symbol = d.symbol AND o.timeframe = d.timeframe)) END,
            f.first, l.last, COALESCE(d.asset_class, 'unknown'), d.feed, d.adjustment, COALESCE(d.fetched, '{"{}"}'),
            COALESCE(d.verified, '{"{}"}'), COALESCE(d.failures, '[]')::text
        FROM ({Names} names FULL JOIN market.series_state USING (symbol, timeframe)) d
        {Ends}
        """;

    /// <summary>As <see cref="List"/>, of one series, its bars counted exactly. Parameters: symbol, timeframe.</summary>
    public static readonly string Find =
        $"""
        SELECT $1, $2, {BarReadSql.SourceOf("$1")}, (SELECT count(*) FROM market.ohlcv o WHERE o.symbol = $1 AND o.timeframe = $2),
            f.first, l.last, COALESCE(s.asset_class, 'unknown'), s.feed, s.adjustment, COALESCE(s.fetched, '{"{}"}'),
            COALESCE(s.verified, '{"{}"}'), COALESCE(s.failures, '[]')::text
        FROM (SELECT $1::text AS symbol, $2::text AS timeframe) d
        LEFT JOIN market.series_state s ON s.symbol = $1 AND s.timeframe = $2
        {Ends}
        WHERE s.symbol IS NOT NULL OR f.first IS NOT NULL
        """;

    private const string Ends =
        """
        LEFT JOIN LATERAL (
            SELECT bar_ts AS first FROM market.ohlcv o WHERE o.symbol = d.symbol AND o.timeframe = d.timeframe ORDER BY bar_ts LIMIT 1) f ON true
        LEFT JOIN LATERAL (
            SELECT bar_ts AS last FROM market.ohlcv o WHERE o.symbol = d.symbol AND o.timeframe = d.timeframe ORDER BY bar_ts DESC LIMIT 1) l ON true
        """;
}
