using System.Globalization;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The statements on <c>market.ohlcv</c> and its side tables. Each names a symbol, so that Citus can send it to one node.</summary>
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

    /// <summary>Adds to a series' state and keeps its row locked until the transaction ends. Parameters: symbol, timeframe, asset class, feed, adjustment, fetched.</summary>
    public const string LockSeries =
        """
        INSERT INTO market.series_state AS s (symbol, timeframe, asset_class, feed, adjustment, fetched)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (symbol, timeframe) DO UPDATE SET
            asset_class = CASE WHEN EXCLUDED.asset_class = 'unknown' THEN s.asset_class ELSE EXCLUDED.asset_class END,
            feed = COALESCE(EXCLUDED.feed, s.feed),
            adjustment = COALESCE(EXCLUDED.adjustment, s.adjustment),
            fetched = s.fetched + EXCLUDED.fetched
        """;

    /// <summary>Whether a series has a bar between two times, both included. Parameters: symbol, timeframe, first, last.</summary>
    public const string HasRows =
        "SELECT EXISTS (SELECT FROM market.ohlcv WHERE symbol = $1 AND timeframe = $2 AND bar_ts BETWEEN $3 AND $4)";

    /// <summary>
    /// The rows of a small write. Parameters behind those of <see cref="Merge"/>: source, then an array for each other column, numbers as text.
    /// </summary>
    public const string SmallRows =
        """
        (SELECT $1::text AS symbol, $2::text AS timeframe, $5::text AS source, bar_ts, open::numeric, high::numeric, low::numeric, close::numeric,
            volume::numeric, vwap::numeric, trades
         FROM unnest($6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::bigint[])
            AS u (bar_ts, open, high, low, close, volume, vwap, trades))
        """;

    /// <summary>Where the rows of a large write wait.</summary>
    public const string Staging = "pg_temp.ohlcv_staging";

    /// <summary>Makes the staging table, which goes with the transaction.</summary>
    public const string CreateStaging = "CREATE TEMPORARY TABLE ohlcv_staging (LIKE market.ohlcv) ON COMMIT DROP";

    /// <summary>Whose a symbol is; null when nobody has it. Parameter: symbol.</summary>
    public static readonly string SourceOfSymbol = $"SELECT {SourceOf("$1")}";

    /// <summary>
    /// Lays rows over those held: later wins, but what is not known never erases what is. Gives how many were new and how many changed.
    /// Rows that change nothing are left out before the INSERT, because ON CONFLICT would lock, and so write, each of them. The series and the
    /// range stand apart from the rows, so that only the key's range is read, whatever the server believes of a table it has just been given.
    /// Parameters: symbol, timeframe, first, last.
    /// </summary>
    /// <param name="rows">A table or subselect with all columns, each time once.</param>
    public static string Merge(string rows) =>
        $"""
        WITH merged AS (
            INSERT INTO market.ohlcv AS held ({BarCopyWriter.Columns})
            SELECT n.symbol, n.timeframe, n.bar_ts, n.open, n.high, n.low, n.close, n.volume, n.vwap, n.trades, n.source
            FROM {rows} n
            LEFT JOIN market.ohlcv o ON o.symbol = $1 AND o.timeframe = $2 AND o.bar_ts BETWEEN $3 AND $4 AND o.bar_ts = n.bar_ts
            WHERE o.symbol IS NULL OR {Differ("o", "n")}
            ON CONFLICT (symbol, timeframe, bar_ts) DO UPDATE SET
                open = EXCLUDED.open, high = EXCLUDED.high, low = EXCLUDED.low, close = EXCLUDED.close,
                volume = COALESCE(EXCLUDED.volume, held.volume), vwap = COALESCE(EXCLUDED.vwap, held.vwap),
                trades = COALESCE(EXCLUDED.trades, held.trades), source = EXCLUDED.source, updated_at = now()
            WHERE {Differ("held", "EXCLUDED")}
            RETURNING xmax = 0 AS is_new)
        SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM merged
        """;

    /// <summary>
    /// Makes the rest of a transaction walk the key instead of sorting. Where series were written side by side, bar after bar, the server would
    /// rather collect and sort what is asked for: all of it in its memory or on its disk before the first row is sent.
    /// </summary>
    public const string WalkTheKey = "SET LOCAL enable_sort = off";

    /// <summary>Bars of a series in order of time, as <see cref="BarRow"/> reads them; none when the symbol is another source's.</summary>
    public static string Read(Series series, BarQuery query)
    {
        var symbol = PgLiteral.Text(series.Symbol);
        var limit = query.Limit is { } most ? string.Create(CultureInfo.InvariantCulture, $" LIMIT {most}") : "";
        return $"""
            SELECT {BarRow.Columns} FROM market.ohlcv
            WHERE symbol = {symbol} AND timeframe = {PgLiteral.Text(series.Timeframe.ToString())}
                AND bar_ts >= {PgLiteral.Time(query.Range.StartMs)} AND bar_ts < {PgLiteral.Time(query.Range.EndMs)}
                AND {SourceOf(symbol)} = {PgLiteral.Text(series.Source)}
            ORDER BY bar_ts{(query.NewestFirst ? " DESC" : "")}{limit}
            """;
    }

    /// <summary>What is known of series, those of other programs too. Columns as <see cref="SeriesRow"/> reads them.</summary>
    /// <param name="filter">WHERE on symbol and timeframe; empty for all.</param>
    public static string Describe(string filter) =>
        $"""
        WITH held AS (
            SELECT symbol, timeframe, count(*) AS bars, min(bar_ts) AS first, max(bar_ts) AS last FROM market.ohlcv {filter} GROUP BY symbol, timeframe),
        state AS (SELECT * FROM market.series_state {filter})
        SELECT d.symbol, d.timeframe, {SourceOf("d.symbol")}, COALESCE(d.bars, 0), d.first, d.last,
            COALESCE(d.asset_class, 'unknown'), d.feed, d.adjustment, COALESCE(d.fetched, '{"{}"}')
        FROM (held FULL JOIN state USING (symbol, timeframe)) d
        """;

    // A source that no series could name counts as none.
    private static string SourceOf(string symbol) =>
        $"""
        COALESCE(
            (SELECT i.source FROM market.instruments i WHERE i.symbol = {symbol}),
            (SELECT CASE WHEN f.source ~ '^[a-z0-9_-]{"{1,20}"}$' THEN f.source ELSE 'import' END
             FROM market.ohlcv f WHERE f.symbol = {symbol} ORDER BY f.timeframe, f.bar_ts LIMIT 1))
        """;

    private static string Differ(string old, string now) =>
        $"""
        (({old}.open, {old}.high, {old}.low, {old}.close) IS DISTINCT FROM ({now}.open, {now}.high, {now}.low, {now}.close)
            OR ({now}.volume IS NOT NULL AND {now}.volume IS DISTINCT FROM {old}.volume)
            OR ({now}.vwap IS NOT NULL AND {now}.vwap IS DISTINCT FROM {old}.vwap)
            OR ({now}.trades IS NOT NULL AND {now}.trades IS DISTINCT FROM {old}.trades))
        """;
}
