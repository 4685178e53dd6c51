using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TraderData.Core;
using TraderData.Storage;
using TraderData.Testing;

namespace TraderData.Benchmarks;

/// <summary>A real Postgres whose <c>market.ohlcv</c> holds the bars of a lake. When they are in, it
/// says its URL and, on a second line, its connection string, and runs until it is told to end.</summary>
internal static class PostgresOfLake
{
    public static async Task<int> RunAsync(string lakeFolder)
    {
        await using var server = new PostgresServer();
        var connection = await server.CreateDatabaseAsync();
        await CopyAsync(lakeFolder, connection);
        await VacuumAsync(connection);
        Console.WriteLine(PostgresServer.UrlOf(connection));
        Console.WriteLine(connection);
        await Termination.WaitAsync();
        return 0;
    }

    private static async Task CopyAsync(string lakeFolder, string connection)
    {
        var lake = new StorageOptions { DataDirectory = lakeFolder, BlockCacheBytes = 0 };
        await using var from = TraderDataStorage.Open(lake, NullLoggerFactory.Instance);
        await using var to = TraderDataStorage.Open(
            new StorageOptions { DataDirectory = Path.Combine(Path.GetTempPath(), "no-lake"), DatabaseUrl = connection }, NullLoggerFactory.Instance);
        _ = await to.MigrateAsync(CancellationToken.None);
        foreach (var held in await from.Bars.ListAsync(CancellationToken.None))
        {
            await foreach (var block in from.Bars.ReadAsync(held.Series, new BarQuery(TimeRange.All), CancellationToken.None))
                _ = await to.Bars.WriteAsync(held.Series, new BarWrite(block, held.Provenance), CancellationToken.None);
        }
    }

    // What autovacuum would have done by the time that anybody asks: without it the first reads set hint bits.
    private static async Task VacuumAsync(string connection)
    {
        await using var opened = new NpgsqlConnection(connection);
        await opened.OpenAsync();
        await using var command = new NpgsqlCommand("VACUUM (ANALYZE, FREEZE) market.ohlcv", opened) { CommandTimeout = 600 };
        _ = await command.ExecuteNonQueryAsync();
    }
}
