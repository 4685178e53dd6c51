using Npgsql;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class ServerTests(PostgresServer postgres, AzuriteServer azurite, DuckDb duckDb)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Postgres_asked_for_databases_gives_each_test_its_own()
    {
        var first = await postgres.CreateDatabaseAsync(Cancellation);
        var second = await postgres.CreateDatabaseAsync(Cancellation);
        await ScalarAsync(first, "CREATE TABLE t (a int); SELECT 1");

        Assert.StartsWith("PostgreSQL 18.", (string)(await ScalarAsync(first, "SELECT version()"))!, StringComparison.Ordinal);
        Assert.Equal(true, await ScalarAsync(first, "SELECT to_regclass('t') IS NOT NULL"));
        Assert.Equal(true, await ScalarAsync(second, "SELECT to_regclass('t') IS NULL"));
    }

    [Fact]
    public async Task Postgres_disposed_leaves_neither_process_nor_files()
    {
        var server = new PostgresServer();
        var connectionString = await server.CreateDatabaseAsync(Cancellation);
        var data = (string)(await ScalarAsync(connectionString, "SHOW data_directory"))!;
        var process = File.ReadLines(Path.Combine(data, "postmaster.pid")).First();

        await server.DisposeAsync();

        Assert.False(Directory.Exists(Path.GetDirectoryName(data)));
        Assert.False(Directory.Exists($"/proc/{process}"));
    }

    [Fact]
    public async Task Postgres_restarted_breaks_connections_and_has_what_was_committed()
    {
        await using var server = new PostgresServer();
        var connectionString = await server.CreateDatabaseAsync(Cancellation);
        await ScalarAsync(connectionString, "CREATE TABLE t (a int); INSERT INTO t VALUES (1); SELECT 1");
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);

        await server.RestartAsync(Cancellation);

        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync(Cancellation));
        Assert.Equal(1, await ScalarAsync(connectionString, "SELECT a FROM t"));
    }

    [Fact]
    public async Task Azurite_asked_for_its_containers_answers()
    {
        var parts = (await azurite.ConnectionStringAsync()).Split(';').Where(p => p.Length > 0).ToDictionary(p => p.Split('=')[0], p => p.Split('=', 2)[1]);
        using var http = new HttpClient();

        var answer = await http.GetAsync(new Uri($"{parts["BlobEndpoint"]}/?comp=list"), Cancellation);

        Assert.Contains("Azurite-Blob", answer.Headers.Server.ToString(), StringComparison.Ordinal);
        Assert.NotEqual(azurite.NewContainerName(), azurite.NewContainerName());
    }

    [Fact]
    public async Task DuckDb_asked_for_values_gives_exact_text()
    {
        var rows = await duckDb.QueryAsync(
            """
            SELECT 9007199254740993::bigint, 123456789012345.678::decimal(18,3), timestamp '1969-12-31 23:59:59.5', timestamptz '2024-01-31 10:00:00+02',
                timestamp_ms '2024-01-31 10:00:00.25', NULL, 'Ä'
            """, Cancellation);

        Assert.Equal((string?[])["9007199254740993", "123456789012345.678", "1969-12-31T23:59:59.5Z", "2024-01-31T08:00:00Z", "2024-01-31T10:00:00.25Z", null, "Ä"], rows[0]);
    }

    [Fact]
    public async Task DuckDb_given_a_bad_statement_says_why_and_goes_on()
    {
        var refusal = await Assert.ThrowsAsync<TestServerException>(() => duckDb.ExecuteAsync("SELECT nothing FROM nowhere", Cancellation));

        Assert.Contains("nowhere", refusal.Message, StringComparison.Ordinal);
        Assert.Equal("1", (await duckDb.QueryAsync("SELECT 1", Cancellation))[0][0]);
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
