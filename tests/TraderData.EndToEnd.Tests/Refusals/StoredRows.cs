using Npgsql;

namespace TraderData.EndToEnd.Tests;

/// <summary>What stands in <c>market.ohlcv</c>, to be compared.</summary>
internal static class StoredRows
{
    /// <summary>Count, first and last time and a hash of all values of each series, sorted by symbol.</summary>
    /// <param name="connectionString">The database.</param>
    /// <param name="until">Only bars that open before it, ISO 8601.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async Task<List<string>> OfAsync(string connectionString, string until, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            """
            SELECT concat_ws(' ', symbol, timeframe, count(*), to_char(min(bar_ts), 'YYYY-MM-DD HH24:MI'), to_char(max(bar_ts), 'YYYY-MM-DD HH24:MI'),
                   md5(string_agg(concat_ws(',', bar_ts, open, high, low, close, volume, vwap, trades, source), ';' ORDER BY bar_ts)))
            FROM market.ohlcv WHERE bar_ts < $1::text::timestamptz GROUP BY symbol, timeframe ORDER BY 1
            """,
            connection);
        command.Parameters.AddWithValue(until);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(reader.GetString(0));
        return rows;
    }
}
