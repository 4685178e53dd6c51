using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using NpgsqlTypes;
using TraderData.Core;
using TraderData.Jobs;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>
/// Answers of an exchange to rows that are on the disk: ours is a backfill, which parses them and writes a month at a time; the rivals have their rows
/// ready, psql as a file in Postgres' own binary form. All write <c>market.ohlcv</c> of one server that waits for its disk.
/// </summary>
internal sealed class PostgresParts : IAsyncDisposable
{
    private const int Rows = 1_000_000;

    private const string Empty = "wire to Postgres, empty range";
    private const string Equal = "wire to Postgres, all rows there, equal";
    private const string Half = "wire to Postgres, half the rows there, equal";

    private readonly PostgresServer _server = PostgresServer.Durable();
    private readonly PartFolder _folder;
    private readonly BarBlock _bars;
    private readonly KlineSource _source;
    private readonly long[] _trades;
    private readonly string _copy;
    private TraderDataStorage _storage = null!;
    private NpgsqlConnection _connection = null!;
    private string _connectionString = "";

    private PostgresParts(PartFolder folder)
    {
        _folder = folder;
        var held = folder.ReadBars();
        _bars = held.Slice(0, Math.Min(held.Count, Rows));
        _source = new KlineSource(folder.Series, _bars);
        _trades = [.. _source.ParseAll().SelectMany(bars => bars.Trades.ToArray())];
        _copy = folder.Output("rows.pgcopy");
    }

    /// <summary>Starts the server and makes the schema, and the rows that the rivals have ready.</summary>
    public static async Task<PostgresParts> StartAsync(PartFolder folder)
    {
        var parts = new PostgresParts(folder);
        parts._connectionString = await parts._server.CreateDatabaseAsync();
        parts._storage = TraderDataStorage.Open(
            new StorageOptions { DataDirectory = folder.Output("no-lake"), DatabaseUrl = parts._connectionString }, NullLoggerFactory.Instance);
        _ = await parts._storage.MigrateAsync(CancellationToken.None);
        parts._connection = new NpgsqlConnection(parts._connectionString);
        await parts._connection.OpenAsync();
        await parts.OursAsync();
        await parts.ExecuteAsync("CREATE TABLE public.ready AS TABLE market.ohlcv");
        await parts.PsqlAsync($"\\copy (SELECT {BarCopyWriter.Columns} FROM market.ohlcv ORDER BY bar_ts) TO '{parts._copy}' (FORMAT binary)");
        return parts;
    }

    /// <summary>Measures each contestant that many times, each turn in another order: an upsert leaves the disk busy for whoever follows.</summary>
    public async Task MeasureAsync(int runs)
    {
        const string half = "extract(minute FROM bar_ts)::int % 2 = 0";
        var copy = $"\\copy market.ohlcv ({BarCopyWriter.Columns}) FROM '{_copy}' (FORMAT binary)";
        (string Work, string Who, string Held, Func<Task> Write)[] contestants =
        [
            (Empty, "ours", "false", OursAsync),
            (Empty, "psql binary COPY", "false", () => PsqlAsync(copy)),
            (Empty, "Npgsql binary COPY of ready arrays", "false", NpgsqlAsync),
            (Equal, "ours", "true", OursAsync),
            (Equal, "psql, temp table + ON CONFLICT", "true", UpsertAsync),
            (Half, "ours", half, OursAsync),
            (Half, "psql, temp table + ON CONFLICT", half, UpsertAsync),
        ];
        for (var run = 1; run <= runs; run++)
        {
            new Random(run).Shuffle(contestants);
            foreach (var (work, who, held, write) in contestants)
                await MeasureAsync(work, who, run, held, write);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.DisposeAsync();
        if (_storage is not null)
            await _storage.DisposeAsync();
        await _server.DisposeAsync();
    }

    private async Task MeasureAsync(string work, string who, int run, string held, Func<Task> write)
    {
        await ExecuteAsync("TRUNCATE market.ohlcv, market.ohlcv_revision, market.series_state, market.instruments");
        await ExecuteAsync($"INSERT INTO market.ohlcv SELECT * FROM public.ready WHERE {held}");
        await ExecuteAsync("VACUUM (ANALYZE) market.ohlcv");
        await ExecuteAsync("CHECKPOINT");
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        await write();
        var elapsed = Stopwatch.GetElapsedTime(start);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        Part.Print(work, who, run, _bars.Count / elapsed.TotalSeconds, "rows/s", "higher", await AnswerAsync(), who == "ours" ? allocated / (double)_bars.Count : null);
    }

    private async Task OursAsync()
    {
        var backfill = new Backfill([_source], _storage.Bars, _storage.Quarantine, new BackfillOptions(), TimeProvider.System, NullLogger<Backfill>.Instance);
        var request = new BackfillRequest(_folder.Series.Source, [_folder.Series.Symbol], Timeframe.M1, new TimeRange(_bars.FirstMs, _bars.LastMs + Timeframe.M1.DurationMs));
        var report = await backfill.RunAsync(request, progress: null, CancellationToken.None);
        if (report.Failed)
            throw new InvalidOperationException(report.Series[0].Summary);
    }

    private async Task NpgsqlAsync()
    {
        await using var import = await _connection.BeginBinaryImportAsync($"COPY market.ohlcv ({BarCopyWriter.Columns}) FROM STDIN (FORMAT binary)");
        for (var i = 0; i < _bars.Count; i++)
        {
            await import.StartRowAsync();
            await import.WriteAsync(_folder.Series.Symbol, NpgsqlDbType.Text);
            await import.WriteAsync("1m", NpgsqlDbType.Text);
            await import.WriteAsync(DateTime.UnixEpoch.AddMilliseconds(_bars.Times[i]), NpgsqlDbType.TimestampTz);
            await import.WriteAsync(Number(_bars.Opens[i], _bars.PriceScale), NpgsqlDbType.Numeric);
            await import.WriteAsync(Number(_bars.Highs[i], _bars.PriceScale), NpgsqlDbType.Numeric);
            await import.WriteAsync(Number(_bars.Lows[i], _bars.PriceScale), NpgsqlDbType.Numeric);
            await import.WriteAsync(Number(_bars.Closes[i], _bars.PriceScale), NpgsqlDbType.Numeric);
            await import.WriteAsync(Number(_bars.Volumes[i], _bars.VolumeScale), NpgsqlDbType.Numeric);
            await import.WriteNullAsync();
            await import.WriteAsync(_trades[i], NpgsqlDbType.Bigint);
            await import.WriteAsync(_folder.Series.Source, NpgsqlDbType.Text);
        }

        await import.CompleteAsync();
    }

    private static decimal Number(long mantissa, int scale) => new((int)mantissa, (int)(mantissa >> 32), 0, false, (byte)scale);

    private Task UpsertAsync() => PsqlAsync(
        "BEGIN",
        "CREATE TEMPORARY TABLE staging (LIKE market.ohlcv) ON COMMIT DROP",
        $"\\copy staging ({BarCopyWriter.Columns}) FROM '{_copy}' (FORMAT binary)",
        $"INSERT INTO market.ohlcv ({BarCopyWriter.Columns}) SELECT {BarCopyWriter.Columns} FROM staging ON CONFLICT (symbol, timeframe, bar_ts) DO UPDATE SET open = EXCLUDED.open,"
        + " high = EXCLUDED.high, low = EXCLUDED.low, close = EXCLUDED.close, volume = EXCLUDED.volume, vwap = EXCLUDED.vwap, trades = EXCLUDED.trades, source = EXCLUDED.source",
        "COMMIT");

    private async Task PsqlAsync(params string[] commands)
    {
        var to = new NpgsqlConnectionStringBuilder(_connectionString);
        var start = new ProcessStartInfo("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", to.Host!, "-U", to.Username!, "-d", to.Database!,
            "-p", to.Port.ToString(CultureInfo.InvariantCulture), .. commands.SelectMany(command => (string[])["-c", command])])
        {
            UseShellExecute = false,
            Environment = { ["PGPASSWORD"] = to.Password },
        };
        using var psql = Process.Start(start)!;
        await psql.WaitForExitAsync();
        if (psql.ExitCode != 0)
            throw new InvalidOperationException($"psql ended with {psql.ExitCode}");
    }

    private async Task<string> AnswerAsync()
    {
        await using var command = new NpgsqlCommand(
            "SELECT concat_ws(' ', count(*), sum(open), sum(high), sum(low), sum(close), sum(volume), sum(trades)) FROM market.ohlcv", _connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _connection) { CommandTimeout = 600 };
        _ = await command.ExecuteNonQueryAsync();
    }
}
