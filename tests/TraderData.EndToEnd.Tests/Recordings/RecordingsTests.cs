using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Storage.Blobs;
using Npgsql;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>Every recorded answer goes in over HTTP and comes out of every door with exactly its digits.</summary>
public sealed class RecordingsTests(PostgresServer postgres, AzuriteServer azurite, DuckDb duckDb)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Recordings_are_all_found()
    {
        Assert.Equal(19, RecordedSeries.All.Count);
        Assert.True(RecordedSeries.All.Sum(series => series.Bars.Count) > 6_000);
        Assert.DoesNotContain(RecordedSeries.All, series => series.Bars.Count == 0);
    }

    [Fact]
    public async Task Recordings_in_a_local_lake_keep_their_digits()
    {
        using var folder = new TemporaryFolder();
        await CheckAllAsync(new() { ["TRADER_DATA_DIR"] = folder.Path });
        await CheckParquetAsync(folder.Path, RecordedSeries.All.Sum(series => series.Bars.Count));
    }

    [Fact]
    public async Task Recordings_in_Azure_blobs_keep_their_digits()
    {
        using var folder = new TemporaryFolder();
        var connectionString = await azurite.ConnectionStringAsync();
        var container = new BlobContainerClient(connectionString, azurite.NewContainerName());
        await CheckAllAsync(new()
        {
            ["AZURE_STORAGE_CONNECTION_STRING"] = connectionString,
            ["TraderData__AzureContainer"] = container.Name,
            ["TRADER_DATA_DIR"] = folder.Path,
        });
        await foreach (var blob in container.GetBlobsAsync(cancellationToken: Token))
        {
            var path = Path.Combine(folder.Path, blob.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, (await container.GetBlobClient(blob.Name).DownloadContentAsync(Token)).Value.Content.ToArray(), Token);
        }

        await CheckParquetAsync(folder.Path, RecordedSeries.All.Sum(series => series.Bars.Count));
    }

    [Fact]
    public async Task Recordings_in_Postgres_keep_their_digits()
    {
        using var folder = new TemporaryFolder();
        var connectionString = await postgres.CreateDatabaseAsync(Token);
        await CheckAllAsync(new() { ["TRADER_DATA_DIR"] = folder.Path, ["DATABASE_URL"] = PostgresServer.UrlOf(connectionString) });
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Token);
        foreach (var series in RecordedSeries.All)
            Assert.Equal(series.Bars.Values, await RowsAsync(connection, series));
        // Only partitions that are over are folded into the lake.
        var sealedBars = RecordedSeries.All.Sum(series => series.Bars.Keys.Count(IsSealed(series)));
        await CheckParquetAsync(folder.Path, sealedBars);
    }

    private static Func<long, bool> IsSealed(RecordedSeries series) => timeMs =>
    {
        var time = DateTimeOffset.FromUnixTimeMilliseconds(timeMs);
        var now = TimeProvider.System.GetUtcNow();
        return series.Timeframe switch
        {
            "1d" => time.Year / 10 < now.Year / 10,
            "1h" or "4h" => time.Year < now.Year,
            _ => (time.Year, time.Month) != (now.Year, now.Month),
        };
    };

    private static async Task CheckAllAsync(Dictionary<string, string> settings)
    {
        using var wires = WireFolder();
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions { RecordingsDirectory = wires.Path, AlpacaRequestsPerMinute = 100_000 }, Token);
        settings["BINANCE_BASE_URL"] = settings["ALPACA_DATA_URL"] = exchange.BaseUrl.ToString();
        (settings["ALPACA_API_KEY"], settings["ALPACA_API_SECRET"]) = ("key", "secret");
        foreach (var group in RecordedSeries.All.GroupBy(series => (series.Source, series.Timeframe)))
            await BackfillAsync(settings, group.Key.Source, group.Key.Timeframe, [.. group]);
        foreach (var series in RecordedSeries.All)
            Assert.Equal(series.Bars.Values, await ExportedAsync(settings, series));

        await using var service = TraderDataProcess.Start(settings, "serve", "--role", "api", "--urls", "http://127.0.0.1:0");
        var address = (await service.WaitForAsync("Listening on ", Token)).Split(' ')[2].TrimEnd('.');
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        foreach (var series in RecordedSeries.All)
            Assert.Equal(series.Bars.Values.Select(bar => bar with { Vwap = null, Trades = null }), await CandlesAsync(http, series));
    }

    private static async Task BackfillAsync(Dictionary<string, string> settings, string source, string timeframe, RecordedSeries[] series)
    {
        var ended = await TraderDataProcess.RunAsync(
            settings, "backfill", "--source", source, "--symbols", string.Join(',', series.Select(s => s.Symbol)), "--timeframe", timeframe,
            "--start", Text(series.Min(s => s.Bars.Keys.First())), "--end", Text(series.Max(s => s.Bars.Keys.Last()) + 86_400_000));
        ended.Expect(0);
    }

    private static async Task<IEnumerable<RecordedBar>> ExportedAsync(Dictionary<string, string> settings, RecordedSeries series)
    {
        var ended = await TraderDataProcess.RunAsync(
            settings, "export", "lona", "--symbol", series.Symbol, "--timeframe", series.Timeframe, "--format", "csv", "--extended", "--output", "-",
            "--start", Text(series.Bars.Keys.First()), "--end", Text(series.Bars.Keys.Last() + 1));
        var lines = ended.Expect(0).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("timestamp,open,high,low,close,volume,vwap,trades", lines[0]);
        return lines.Skip(1).Select(line => line.Split(',')).Select(f => new RecordedBar(
            long.Parse(f[0], CultureInfo.InvariantCulture), f[1], f[2], f[3], f[4], f[5], f[6].Length == 0 ? null : f[6], f[7].Length == 0 ? null : f[7]));
    }

    private static async Task<IEnumerable<RecordedBar>> CandlesAsync(HttpClient http, RecordedSeries series)
    {
        var answer = await http.GetFromJsonAsync<JsonElement>(
            $"/api/data/candles?symbol={Uri.EscapeDataString(series.Symbol)}&interval={series.Timeframe}&start={Text(series.Bars.Keys.First())}&end={Text(series.Bars.Keys.Last() + 1)}&limit=50000", Token);
        return answer.GetProperty("data").EnumerateArray().Select(row => new RecordedBar(
            row.GetProperty("timestamp").GetInt64(), Raw(row, "open"), Raw(row, "high"), Raw(row, "low"), Raw(row, "close"), Raw(row, "volume"), null, null));
    }

    private static async Task<List<RecordedBar>> RowsAsync(NpgsqlConnection connection, RecordedSeries series)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT (extract(epoch FROM bar_ts) * 1000)::bigint, trim_scale(open)::text, trim_scale(high)::text, trim_scale(low)::text,
                   trim_scale(close)::text, trim_scale(volume)::text, trim_scale(vwap)::text, trades::text
            FROM market.ohlcv WHERE symbol = $1 AND timeframe = $2 ORDER BY bar_ts
            """,
            connection);
        command.Parameters.AddWithValue(series.Symbol);
        command.Parameters.AddWithValue(series.Timeframe);
        var rows = new List<RecordedBar>();
        await using var reader = await command.ExecuteReaderAsync(Token);
        while (await reader.ReadAsync(Token))
        {
            rows.Add(new RecordedBar(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
                await reader.IsDBNullAsync(6, Token) ? null : reader.GetString(6), await reader.IsDBNullAsync(7, Token) ? null : reader.GetString(7)));
        }

        return rows;
    }

    private async Task CheckParquetAsync(string lake, int expected)
    {
        var rows = await duckDb.QueryAsync(
            $"""
            SELECT source, symbol, timeframe, epoch_ms(bar_ts)::BIGINT, open, high, low, close, volume, vwap, trades
            FROM read_parquet('{lake}/ohlcv/**/*.parquet', hive_partitioning = true, union_by_name = true)
            """,
            Token);
        Assert.Equal(expected, rows.Count);
        foreach (var row in rows)
        {
            var bar = RecordedSeries.All.Single(s => s.Source == row[0] && s.Symbol == row[1] && s.Timeframe == row[2]).Bars[long.Parse(row[3]!, CultureInfo.InvariantCulture)];
            Assert.Equal(bar, new RecordedBar(bar.TimeMs, Plain(row[4])!, Plain(row[5])!, Plain(row[6])!, Plain(row[7])!, Plain(row[8])!, Plain(row[9]), row[10]));
        }
    }

    // The exchanges' answers alone: the folder of CSV archives would add bars that no answer has.
    private static TemporaryFolder WireFolder()
    {
        var folder = new TemporaryFolder();
        foreach (var source in new[] { "binance", "alpaca" })
        {
            Directory.CreateDirectory(Path.Combine(folder.Path, source));
            Directory.CreateSymbolicLink(Path.Combine(folder.Path, source, "wire"), SharedData.Path($"{source}/wire"));
        }

        return folder;
    }

    private static string? Plain(string? digits) => digits is null ? null : RecordedSeries.Plain(digits);

    private static string Raw(JsonElement row, string name) => row.GetProperty(name).GetRawText();

    private static string Text(long timeMs) => timeMs.ToString(CultureInfo.InvariantCulture);
}
