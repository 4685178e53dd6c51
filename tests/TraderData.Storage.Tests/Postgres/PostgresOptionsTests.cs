using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class PostgresOptionsTests(PostgresServer server)
{
    private const string Secret = "s3cr3t-Pa55";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("postgres://me:p%40ss%2Fw%25rd@db.example:6543/my%20base?sslmode=verify-full", "db.example", 6543, "me", "p@ss/w%rd", "my base", SslMode.VerifyFull)]
    [InlineData("postgresql://me@[::1]/base?sslmode=require&application_name=x", "::1", 5432, "me", null, "base", SslMode.Require)]
    [InlineData("postgres://me:a:b@c@host/base", "host", 5432, "me", "a:b@c", "base", SslMode.Prefer)]
    [InlineData("POSTGRES://host", "host", 5432, null, null, null, SslMode.Prefer)]
    [InlineData("Host=h;Port=1;Username=u;Password=a;Database=d;SSL Mode=Disable", "h", 1, "u", "a", "d", SslMode.Disable)]
    public void Parse_of_a_url_or_connection_string_gives_its_parts(
        string text, string host, int port, string? user, string? password, string? database, SslMode sslMode)
    {
        var parts = new NpgsqlConnectionStringBuilder(PostgresOptions.Parse(text).ConnectionString);

        Assert.Equal((host, port, user, password, database, sslMode), (parts.Host, parts.Port, parts.Username, parts.Password, parts.Database, parts.SslMode));
    }

    [Theory]
    [InlineData("postgres://me:" + Secret + "@host:port/base")]
    [InlineData("postgres://me:" + Secret + "%zz@host/base")]
    [InlineData("postgres://me:" + Secret + "@host/base?nonsense=" + Secret)]
    [InlineData("postgres://me:" + Secret + "@host/base?sslmode=" + Secret)]
    [InlineData("postgres://me:?" + Secret + "@host/base")]
    [InlineData("postgres://me:1?" + Secret + "=x@host/base")]
    [InlineData("postgres://me:" + Secret + "@/base")]
    [InlineData("Password=" + Secret)]
    [InlineData("Host=a;Passwort=" + Secret)]
    [InlineData("mysql://me:" + Secret + "@host/base")]
    [InlineData("")]
    public void Parse_of_anything_else_is_refused_without_repeating_it(string text)
    {
        var refusal = Assert.Throws<FormatException>(() => PostgresOptions.Parse(text));

        Assert.StartsWith("DATABASE_URL", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Options_printed_show_no_password() =>
        Assert.Equal("postgres://h:5432/d", PostgresOptions.Parse($"postgres://me:{Secret}@h/d").ToString());

    [Fact]
    public async Task Url_of_the_test_server_reaches_it()
    {
        await using var database = new PostgresDatabase(PostgresOptions.Parse(PostgresServer.UrlOf(await server.CreateDatabaseAsync(Cancellation))));

        await database.PingAsync(Cancellation);

        Assert.StartsWith("postgres://127.0.0.1:", database.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_that_is_not_there_is_unavailable_and_transient()
    {
        // Port 1 is never listened on.
        var fault = await FaultAsync(PostgresOptions.Parse($"postgres://me:{Secret}@127.0.0.1:1/base"));

        Assert.Equal(StorageErrorKind.Unavailable, fault.Kind);
        Assert.True(fault.IsTransient);
    }

    [Fact]
    public async Task Wrong_password_is_refused()
    {
        var good = await server.CreateDatabaseAsync(Cancellation);

        var fault = await FaultAsync(PostgresOptions.Parse(new NpgsqlConnectionStringBuilder(good) { Password = Secret }.ConnectionString));

        Assert.Equal(StorageErrorKind.Refused, fault.Kind);
        Assert.Contains("password authentication failed", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Database_that_was_not_migrated_is_refused_saying_what_to_do()
    {
        var fault = await FaultAsync(PostgresOptions.Parse(await server.CreateDatabaseAsync(Cancellation)));

        Assert.Equal(StorageErrorKind.Refused, fault.Kind);
        Assert.Contains("trader-data db migrate", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_the_server_ends_is_unavailable_and_the_next_call_works()
    {
        await using var database = await TestDatabase.CreateAsync(server);
        await using var connection = await database.Database.Connections.OpenConnectionAsync(Cancellation);
        var waiting = database.Store.ListAsync(Cancellation);
        await waiting;
        await using (var lockTable = new NpgsqlCommand("BEGIN; LOCK market.ohlcv", connection))
            await lockTable.ExecuteNonQueryAsync(Cancellation);
        waiting = database.Store.ListAsync(Cancellation);
        const string end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()";
        while ((await database.TextsAsync(end)).Count == 0)
            await Task.Yield();

        var fault = await Assert.ThrowsAsync<StorageException>(() => waiting);

        Assert.Equal(StorageErrorKind.Unavailable, fault.Kind);
        await connection.CloseAsync();
        Assert.Empty(await database.Store.ListAsync(Cancellation));
    }

    private static async Task<StorageException> FaultAsync(PostgresOptions options)
    {
        await using var database = new PostgresDatabase(options);
        var store = new PostgresBarStore(database, NullLogger<PostgresBarStore>.Instance);
        var series = new Series("import", "A", Timeframe.H1);
        var fault = await Assert.ThrowsAsync<StorageException>(() => store.FindAsync(series, Cancellation));
        var readFault = await Assert.ThrowsAsync<StorageException>(async () =>
        {
            await foreach (var block in store.ReadAsync(series, new BarQuery(TimeRange.All), Cancellation))
                Assert.Equal(0, block.Count);
        });
        var writeFault = await Assert.ThrowsAsync<StorageException>(
            () => store.WriteAsync(series, new BarWrite(BarBlock.Empty, Provenance.Unknown, new TimeRange(0, 1)), Cancellation));
        Assert.All([fault, readFault, writeFault], f => Assert.DoesNotContain(Secret, f.ToString(), StringComparison.Ordinal));
        Assert.Equal((fault.Kind, fault.Kind), (readFault.Kind, writeFault.Kind));
        return fault;
    }
}
