using Npgsql;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>Workers that share a database share the work.</summary>
public sealed class TwoWorkersTests(PostgresServer postgres)
{
    // Three closes of a minute: the first may fall into the start of the workers.
    private const int Minutes = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(Minutes + 2);

    [Fact]
    public async Task Two_workers_on_one_database_run_each_scheduled_ingest_once()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Patience);
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), limit.Token);
        using var folder = new TemporaryFolder();
        var database = await postgres.CreateDatabaseAsync(limit.Token);
        var settings = new Dictionary<string, string>
        {
            ["DATABASE_URL"] = PostgresServer.UrlOf(database),
            ["TRADER_DATA_DIR"] = folder.Path,
            ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(),
            ["TraderData__WatchList__0"] = "binance:BTCUSDT@1m",
            ["TraderData__WatchList__1"] = "binance:ETHUSDT@1m",
        };
        await using var first = TraderDataProcess.Start(settings, "serve", "--role", "worker", "--urls", "http://127.0.0.1:0");
        await using var second = TraderDataProcess.Start(settings, "serve", "--role", "worker", "--urls", "http://127.0.0.1:0");
        await first.WaitForAsync("Listening on ", limit.Token);
        await second.WaitForAsync("Listening on ", limit.Token);

        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(limit.Token);
        List<(long Minute, long Firings)> firings;
        do
        {
            await Task.Delay(TimeSpan.FromSeconds(1), limit.Token);
            firings = await FiringsAsync(connection, limit.Token);
        }
        while (firings.Count < Minutes);

        Assert.All(firings, firing => Assert.Equal(1, firing.Firings));
        Assert.Equal(Enumerable.Range(0, firings.Count).Select(i => firings[0].Minute + i), firings.Select(firing => firing.Minute));
        Assert.False(first.HasExited || second.HasExited, first.Error + second.Error);
        Assert.Equal(["BTCUSDT", "ETHUSDT"], await SymbolsAsync(connection, limit.Token));
    }

    // Times in the history are .NET ticks. A new schedule catches up once besides, at whatever second it is made.
    private static async Task<List<(long Minute, long Firings)>> FiringsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            SELECT fired_time / 600000000 AS minute, count(*) FROM qrtz_execution_history
            WHERE job_name LIKE '%1m%' AND trigger_group <> 'catch-up' GROUP BY 1 ORDER BY 1
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var firings = new List<(long, long)>();
        while (await reader.ReadAsync(cancellationToken))
            firings.Add((reader.GetInt64(0), reader.GetInt64(1)));
        return firings;
    }

    private static async Task<List<string>> SymbolsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("SELECT DISTINCT symbol FROM market.ohlcv ORDER BY 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var symbols = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
            symbols.Add(reader.GetString(0));
        return symbols;
    }
}
