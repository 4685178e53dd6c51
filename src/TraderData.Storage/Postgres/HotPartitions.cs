using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Tells of which partitions of a series <c>market.ohlcv</c> has bars: by one step down the key for each, without reading the bars.</summary>
internal static class HotPartitions
{
    // Parameters: symbol, timeframe, first and last time that can be stored.
    private static readonly string Steps =
        $"""
        WITH RECURSIVE steps AS (
            SELECT (SELECT bar_ts FROM market.ohlcv WHERE symbol = $1 AND timeframe = $2 AND bar_ts >= $3 AND bar_ts < $4 ORDER BY bar_ts LIMIT 1) AS first
            UNION ALL
            SELECT (SELECT bar_ts FROM market.ohlcv
                    WHERE symbol = $1 AND timeframe = $2 AND bar_ts >= {SealSql.EndOf("$2", "steps.first")} AND bar_ts < $4 ORDER BY bar_ts LIMIT 1)
            FROM steps WHERE steps.first IS NOT NULL)
        SELECT first FROM steps WHERE first IS NOT NULL
        """;

    /// <summary>The partitions, oldest first.</summary>
    /// <exception cref="StorageException">The server cannot be reached, or refuses.</exception>
    public static async Task<IReadOnlyList<Partition>> OfAsync(PostgresDatabase database, Series series, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Connections.CreateCommand(Steps);
            foreach (var value in (object[])[series.Symbol, series.Timeframe.ToString(), PgTime.ToDateTime(TimeRange.All.StartMs), PgTime.ToDateTime(TimeRange.All.EndMs)])
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var partitions = new List<Partition>();
            while (await reader.ReadAsync(cancellationToken))
                partitions.Add(Partition.At(series.Timeframe, PgTime.FromDateTime(reader.GetDateTime(0))));
            return partitions;
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: partitions of {series}");
        }
    }
}
