using Npgsql;
using NpgsqlTypes;
using TraderData.Core;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>A month of minutes from columns into a table like <c>market.ohlcv</c> of a real Postgres.</summary>
public class PostgresCopy : Contest
{
    private readonly BarBlock _block = BitcoinMinutes.Read();
    private readonly PostgresServer _server = new();
    private DecimalBars _bars = null!;
    private NpgsqlConnection _connection = null!;

    public override string Name => "COPY into Postgres";

    public override string Rival => "Npgsql binary import, System.Decimal";

    public override int Bars => _block.Count;

    public override async Task SetupAsync()
    {
        _bars = DecimalBars.Of(_block);
        _connection = new NpgsqlConnection(await _server.CreateDatabaseAsync());
        await _connection.OpenAsync();
        foreach (var table in (string[])["ours", "rival"])
        {
            await ExecuteAsync(
                $"CREATE TABLE {table} (symbol text NOT NULL, timeframe text NOT NULL, bar_ts timestamptz NOT NULL, open numeric NOT NULL, high numeric NOT NULL,"
                + " low numeric NOT NULL, close numeric NOT NULL, volume numeric, vwap numeric, trades bigint, source text, PRIMARY KEY (symbol, timeframe, bar_ts))");
        }

        await OursAsync();
        await RivalAsync();
        (OurBytes, RivalBytes) = (await SizeAsync("ours"), await SizeAsync("rival"));
    }

    public override async Task OursAsync()
    {
        await ExecuteAsync("TRUNCATE ours");
        await new BarCopyWriter(BitcoinMinutes.Series).CopyAsync(_connection, "ours", _block, CancellationToken.None);
    }

    public override async Task RivalAsync()
    {
        await ExecuteAsync("TRUNCATE rival");
        await using var import = await _connection.BeginBinaryImportAsync($"COPY rival ({BarCopyWriter.Columns}) FROM STDIN (FORMAT BINARY)");
        for (var i = 0; i < _bars.Times.Length; i++)
        {
            await import.StartRowAsync();
            await import.WriteAsync("BTCUSDT", NpgsqlDbType.Text);
            await import.WriteAsync("1m", NpgsqlDbType.Text);
            await import.WriteAsync(DateTimeOffset.FromUnixTimeMilliseconds(_bars.Times[i]).UtcDateTime, NpgsqlDbType.TimestampTz);
            await import.WriteAsync(_bars.Opens[i], NpgsqlDbType.Numeric);
            await import.WriteAsync(_bars.Highs[i], NpgsqlDbType.Numeric);
            await import.WriteAsync(_bars.Lows[i], NpgsqlDbType.Numeric);
            await import.WriteAsync(_bars.Closes[i], NpgsqlDbType.Numeric);
            await import.WriteAsync(_bars.Volumes[i], NpgsqlDbType.Numeric);
            await import.WriteNullAsync();
            await import.WriteAsync(_bars.Trades[i], NpgsqlDbType.Bigint);
            await import.WriteAsync("binance", NpgsqlDbType.Text);
        }

        await import.CompleteAsync();
    }

    public override async Task CleanupAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        await _server.DisposeAsync();
    }

    public override async Task<string?> DifferenceAsync()
    {
        await using var command = new NpgsqlCommand(
            "SELECT count(*) FILTER (WHERE o IS NOT DISTINCT FROM r), count(*) FROM ours o FULL JOIN rival r USING (symbol, timeframe, bar_ts)", _connection);
        await using var row = await command.ExecuteReaderAsync();
        await row.ReadAsync();
        var (same, all) = (row.GetInt64(0), row.GetInt64(1));
        return same == all && all == Bars ? null : $"{same} of {all} rows are the same, of {Bars} bars";
    }

    // Of the rows alone: what goes over the wire is not much more.
    private async Task<long> SizeAsync(string table)
    {
        await using var command = new NpgsqlCommand($"SELECT pg_relation_size('{table}')", _connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection);
        await command.ExecuteNonQueryAsync();
    }
}
