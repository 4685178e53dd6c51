using Npgsql;
using NpgsqlTypes;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Provisional bars in <c>market.provisional_bar</c>, so that one process gives what another hears. Times of hearing are the database's.</summary>
internal sealed class PostgresProvisionalBars(PostgresDatabase database) : IProvisionalBars
{
    // Rows come and go every second: what is old goes with the next write.
    private const string Put = """
        INSERT INTO market.provisional_bar (source, symbol, timeframe, bar_ts, open, high, low, close, volume, vwap, trades, heard_at)
        SELECT source, symbol, timeframe, bar_ts, open::numeric, high::numeric, low::numeric, close::numeric, volume::numeric, vwap::numeric, trades, now()
        FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS t(source, symbol, timeframe, bar_ts, open, high, low, close, volume, vwap, trades)
        ORDER BY symbol, timeframe, bar_ts
        ON CONFLICT (source, symbol, timeframe, bar_ts) DO UPDATE SET
            open = EXCLUDED.open, high = EXCLUDED.high, low = EXCLUDED.low, close = EXCLUDED.close, volume = EXCLUDED.volume, vwap = EXCLUDED.vwap,
            trades = EXCLUDED.trades, heard_at = EXCLUDED.heard_at
        """;

    private const string Forget = "DELETE FROM market.provisional_bar WHERE heard_at < now() - $1";

    private const string Read = """
        SELECT bar_ts, open::text, high::text, low::text, close::text, volume::text, vwap::text, trades FROM market.provisional_bar
        WHERE source = $1 AND symbol = $2 AND timeframe = $3 AND heard_at >= now() - $4 ORDER BY bar_ts
        """;

    /// <inheritdoc/>
    public async Task PutAsync(IReadOnlyList<(Series Series, Bar Bar)> bars, CancellationToken cancellationToken)
    {
        if (bars.Count == 0)
            return;
        try
        {
            await using var connection = await database.Connections.OpenConnectionAsync(cancellationToken);
            var put = new NpgsqlBatchCommand(Put);
            AddTexts(put, bars, b => b.Series.Source);
            AddTexts(put, bars, b => b.Series.Symbol);
            AddTexts(put, bars, b => b.Series.Timeframe.ToString());
            put.Parameters.Add(new NpgsqlParameter { Value = bars.Select(b => PgTime.ToDateTime(b.Bar.TimeMs)).ToArray() });
            AddTexts(put, bars, b => b.Bar.Open.ToString());
            AddTexts(put, bars, b => b.Bar.High.ToString());
            AddTexts(put, bars, b => b.Bar.Low.ToString());
            AddTexts(put, bars, b => b.Bar.Close.ToString());
            AddTexts(put, bars, b => b.Bar.Volume?.ToString());
            AddTexts(put, bars, b => b.Bar.Vwap?.ToString());
            put.Parameters.Add(new NpgsqlParameter { Value = bars.Select(b => b.Bar.Trades).ToArray() });
            var forget = new NpgsqlBatchCommand(Forget) { Parameters = { new() { Value = IProvisionalBars.KnownFor } } };
            await using var batch = new NpgsqlBatch(connection) { BatchCommands = { put, forget } };
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: put provisional bars");
        }
    }

    /// <inheritdoc/>
    public async Task<BarBlock> ReadAsync(Series series, CancellationToken cancellationToken)
    {
        try
        {
            await using var command = database.Connections.CreateCommand(Read);
            foreach (var value in new object[] { series.Source, series.Symbol, series.Timeframe.ToString(), IProvisionalBars.KnownFor })
                command.Parameters.Add(new NpgsqlParameter { Value = value });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            var builder = new BarBlockBuilder(series.ToString(), 8);
            while (await reader.ReadAsync(cancellationToken))
            {
                builder.Add(new Bar(
                    PgTime.FromDateTime(reader.GetDateTime(0)), Number(reader, 1)!.Value, Number(reader, 2)!.Value, Number(reader, 3)!.Value, Number(reader, 4)!.Value,
                    Number(reader, 5), Number(reader, 6), reader.IsDBNull(7) ? null : reader.GetInt64(7)));
            }

            return builder.Build();
        }
        catch (Exception e) when (PostgresFault.IsOne(e))
        {
            throw PostgresFault.Explain(e, $"{database}: read provisional bars of {series}");
        }
    }

    private static ScaledDecimal? Number(NpgsqlDataReader reader, int column)
    {
        if (reader.IsDBNull(column))
            return null;
        var text = System.Text.Encoding.ASCII.GetBytes(reader.GetString(column));
        return Utf8Decimal.Parse(text, out var value) == DecimalParse.Ok ? value : throw new BadDataException("market.provisional_bar", reader.GetString(column), "a number of at most 18 digits");
    }

    private static void AddTexts(NpgsqlBatchCommand command, IReadOnlyList<(Series Series, Bar Bar)> bars, Func<(Series Series, Bar Bar), string?> column) =>
        command.Parameters.Add(new NpgsqlParameter { Value = bars.Select(column).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
}
