using System.Globalization;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The statements that read bars and revisions of a series. Each names a symbol, so that Citus can send it to one node.</summary>
internal static class BarReadSql
{
    /// <summary>
    /// Makes the rest of a transaction walk the key instead of sorting. Where series were written side by side, bar after bar, the server would
    /// rather collect and sort what is asked for: all of it in its memory or on its disk before the first row is sent.
    /// </summary>
    public const string WalkTheKey = "SET LOCAL enable_sort = off";

    /// <summary>Whose a symbol is; null when nobody has it. Parameter: symbol.</summary>
    public static readonly string SourceOfSymbol = $"SELECT {SourceOf("$1")}";

    /// <summary>Bars of a series in order of time, as <see cref="BarRow"/> reads them; none when the symbol is another source's.</summary>
    /// <param name="series">The series.</param>
    /// <param name="query">Which bars.</param>
    /// <param name="withStamps">Gives the columns of <see cref="BarRow.StoredColumns"/>; only for bars as they are now.</param>
    public static string Read(Series series, BarQuery query, bool withStamps = false)
    {
        var columns = withStamps ? BarRow.StoredColumns : BarRow.Columns;
        var order = $"ORDER BY bar_ts{(query.NewestFirst ? " DESC" : "")}{Limit(query.Limit)}";
        return query.AsOfMs is { } timeMs ? ValidAt(series, query.Range, timeMs, order) : $"SELECT {columns} FROM market.ohlcv WHERE {In(series, query.Range)} {order}";
    }

    /// <summary>Revisions of a series by the bar's time and when they were replaced, with <see cref="BarRow.RevisionColumns"/>.</summary>
    /// <param name="series">The series.</param>
    /// <param name="range">The bars' times.</param>
    /// <param name="after">Only what comes behind this one.</param>
    /// <param name="limit">The most revisions to give.</param>
    public static string Revisions(Series series, TimeRange range, BarRevision? after = null, int? limit = null)
    {
        var behind = after is { } last ? $" AND (bar_ts, replaced_at) > ({PgLiteral.Time(last.Old.TimeMs)}, {PgLiteral.Time(last.ReplacedMs)})" : "";
        return $"SELECT {BarRow.RevisionColumns} FROM market.ohlcv_revision WHERE {In(series, range)}{behind} ORDER BY bar_ts, replaced_at{Limit(limit)}";
    }

    // A source that no series could name counts as none.
    public static string SourceOf(string symbol) =>
        $"""
        COALESCE(
            (SELECT i.source FROM market.instruments i WHERE i.symbol = {symbol}),
            (SELECT CASE WHEN f.source ~ '^[a-z0-9_-]{"{1,20}"}$' THEN f.source ELSE 'import' END
             FROM market.ohlcv f WHERE f.symbol = {symbol} ORDER BY f.timeframe, f.bar_ts LIMIT 1))
        """;

    // A time rounded up to its millisecond is at or before a whole millisecond exactly when it is so itself. Each branch walks its key up to the
    // limit, so that what is put in order is a page of each and not all. Only other programs, by setting updated_at, can make a bar and a revision of it
    // valid at once, or two revisions: the bar goes before, then the revision that was replaced first. No bar comes twice.
    private static string ValidAt(Series series, TimeRange range, long timeMs, string order)
    {
        var time = PgLiteral.Time(timeMs);
        const string ThisBar = "symbol = r.symbol AND timeframe = r.timeframe AND bar_ts = r.bar_ts";
        return $"""
            SELECT {BarRow.Columns} FROM (
                (SELECT {BarRow.Columns} FROM market.ohlcv WHERE {In(series, range)} AND (updated_at IS NULL OR updated_at <= {time}) {order})
                UNION ALL
                (SELECT {BarRow.Columns} FROM market.ohlcv_revision r
                WHERE {In(series, range)} AND (recorded_at IS NULL OR recorded_at <= {time}) AND replaced_at > {time}
                    AND NOT EXISTS (SELECT FROM market.ohlcv WHERE {ThisBar} AND (updated_at IS NULL OR updated_at <= {time}) OFFSET 0)
                    AND replaced_at = (
                        SELECT min(replaced_at) FROM market.ohlcv_revision
                        WHERE {ThisBar} AND (recorded_at IS NULL OR recorded_at <= {time}) AND replaced_at > {time}) {order})) valid {order}
            """;
    }

    private static string In(Series series, TimeRange range)
    {
        var symbol = PgLiteral.Text(series.Symbol);
        return $"""
            symbol = {symbol} AND timeframe = {PgLiteral.Text(series.Timeframe.ToString())}
                AND bar_ts >= {PgLiteral.Time(range.StartMs)} AND bar_ts < {PgLiteral.Time(range.EndMs)}
                AND {SourceOf(symbol)} = {PgLiteral.Text(series.Source)}
            """;
    }

    private static string Limit(long? limit) => limit is { } most ? string.Create(CultureInfo.InvariantCulture, $" LIMIT {most}") : "";
}
