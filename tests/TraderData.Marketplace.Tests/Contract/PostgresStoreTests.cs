using Npgsql;
using TraderData.Core;

namespace TraderData.Marketplace.Tests;

/// <content>What a database has beyond the contract: an outbox, other programs, and rows that not everybody may see.</content>
public sealed partial class PostgresStoreTests
{
    private PostgresOnTest Database => (PostgresOnTest)Place;

    [Fact]
    public async Task Locked_table_leaves_signals_in_the_outbox_until_it_is_drained()
    {
        var vendor = await AddVendorAsync("a");
        var store = Place.Open();
        await using (var connection = await Database.Database.Connections.OpenConnectionAsync(Cancellation))
        await using (await connection.BeginTransactionAsync(Cancellation))
        {
            await using var command = new NpgsqlCommand("LOCK TABLE ml.signals_latest IN ACCESS EXCLUSIVE MODE", connection);
            await command.ExecuteNonQueryAsync(Cancellation);
            Assert.Equal(new SignalReceipt(2, IsReplay: false), await store.AcceptAsync(Samples.Batch(vendor, "k", Samples.Signal(vendor, 1), Samples.Signal(vendor, 2)), Cancellation));
            // Who drains meanwhile counts nothing against the rows.
            Assert.Equal(default, await store.DrainAsync(100, Samples.Now, Cancellation));
        }

        Assert.All(await store.ReadOutboxAsync(10, Cancellation), row => Assert.Equal((0, null, null), (row.Attempts, row.Error, row.ParkedAt)));
        // An older one that comes later, by itself at once, stays the older one.
        await store.AcceptAsync(Samples.Batch(vendor, null, Samples.Signal(vendor, 1, "SELL", eventSecond: -5)), Cancellation);
        Assert.Equal(new DrainResult(1, 0, 0), await store.DrainAsync(1, Samples.Now, Cancellation));
        Assert.Equal(2, Assert.Single(await store.ReadOutboxAsync(10, Cancellation)).Id);
        Assert.Equal(new DrainResult(1, 0, 0), await store.DrainAsync(100, Samples.Now, Cancellation));
        var held = await store.ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation);
        Assert.Equal(["BUY", "BUY"], held.Select(signal => signal.Decision));
        Assert.Empty(await store.ReadOutboxAsync(10, Cancellation));
    }

    [Fact]
    public async Task Row_that_its_table_refuses_holds_up_no_other_and_is_parked_after_ten_times_and_never_lost()
    {
        var vendor = await AddVendorAsync("a");
        var store = Place.Open();
        await Database.ExecuteAsync("ALTER TABLE ml.signals_latest ADD CONSTRAINT poison CHECK (symbol <> 'BAD')");
        var (good, bad) = (Samples.Signal(vendor, 1), Samples.Signal(vendor, 2) with { Symbol = "BAD" });
        Assert.Equal(2, (await store.AcceptAsync(Samples.Batch(vendor, "k", bad, good), Cancellation)).Stored);
        Assert.Equal(new DrainResult(1, 1, 0), await store.DrainAsync(100, Samples.Now, Cancellation));
        for (var attempt = 2; attempt < PostgresMarketplaceStore.MaxAttempts; attempt++)
            Assert.Equal(new DrainResult(0, 1, 0), await store.DrainAsync(100, Samples.Now, Cancellation));
        Assert.Equal(new DrainResult(0, 0, 1), await store.DrainAsync(100, Samples.Now, Cancellation));
        Assert.Equal(default, await store.DrainAsync(100, Samples.Now, Cancellation));
        var row = Assert.Single(await store.ReadOutboxAsync(10, Cancellation));
        Assert.Equal((SignalKind.Signal, 10, Samples.Now), (row.Kind, row.Attempts, row.ParkedAt));
        Assert.Contains("\"poison\"", row.Error, StringComparison.Ordinal);
        Assert.Equal(Samples.Text(new[] { good }), Samples.Text(await store.ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation)));
        // The cause is gone, and a person has it tried again.
        await Database.ExecuteAsync("ALTER TABLE ml.signals_latest DROP CONSTRAINT poison; UPDATE ml.ingest_outbox SET attempts = 0, parked_at = NULL");
        Assert.Equal(new DrainResult(1, 0, 0), await store.DrainAsync(100, Samples.Now, Cancellation));
        Assert.Equal(2, (await store.ListSignalsAsync(SignalKind.Signal, vendor.Owner, Cancellation)).Count);
    }

    [Fact]
    public async Task Rows_of_other_programs_are_older_than_any_and_their_outbox_rows_are_left_alone()
    {
        var vendor = await AddVendorAsync("a");
        var store = Place.Open();
        await Database.ExecuteAsync($"INSERT INTO ml.signals_latest (owner, model_id, symbol, timeframe, bar_ts, decision, confidence) VALUES ('a', 'alpha', 'BTC/USD', '1h', '{Samples.Now.AddHours(1):O}', 'SELL', 0.5)");
        await Database.ExecuteAsync("INSERT INTO ml.ingest_outbox (kind, payload) VALUES ('mail', '{}')");
        Assert.Equal(("SELL", 0.5m, ""), (await store.ListSignalsAsync(SignalKind.Signal, "a", Cancellation)).Select(s => (s.Decision, s.Confidence, s.VendorId)).Single());
        await store.AcceptAsync(Samples.Batch(vendor, null, Samples.Signal(vendor, 1)), Cancellation);
        Assert.Equal("BUY", Assert.Single(await store.ListSignalsAsync(SignalKind.Signal, "a", Cancellation)).Decision);
        Assert.Equal(default, await store.DrainAsync(100, Samples.Now, Cancellation));
        Assert.Equal(0, Assert.Single(await store.ReadOutboxAsync(10, Cancellation)).Attempts);
    }

    [Fact]
    public async Task Keys_of_requests_are_forgotten_after_thirty_days()
    {
        var vendor = await AddVendorAsync("a");
        var store = Place.Open();
        await store.AcceptAsync(Samples.Batch(vendor, "k", Samples.Signal(vendor, 1)), Cancellation);
        await store.DrainAsync(100, Samples.Now.AddDays(30), Cancellation);
        Assert.True((await store.AcceptAsync(Samples.Batch(vendor, "k"), Cancellation)).IsReplay);
        await store.DrainAsync(100, Samples.Now.AddDays(30).AddSeconds(1), Cancellation);
        Assert.False((await store.AcceptAsync(Samples.Batch(vendor, "k"), Cancellation)).IsReplay);
    }

    [Fact]
    public async Task Owner_sees_its_own_rows_alone_and_only_the_service_role_writes()
    {
        var (a, b) = (await AddVendorAsync("a"), await AddVendorAsync("b"));
        var store = Place.Open();
        foreach (var vendor in new[] { a, b })
        {
            await store.AcceptAsync(Samples.Batch(vendor, null, Samples.Signal(vendor, 1)), Cancellation);
            await store.AcceptAsync(Samples.Batch(vendor, null, Samples.Signal(vendor, 1, model: "")) with { Kind = SignalKind.Consensus }, Cancellation);
        }

        // Roles are of the whole server: another test may have made them.
        await Database.ExecuteAsync(
            """
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'authenticated') THEN CREATE ROLE authenticated; END IF;
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'service_role') THEN CREATE ROLE service_role; END IF;
            END $$;
            """);
        for (var i = 0; i < 2; i++)
        {
            await Storage.PostgresMigrator.MigrateAsync(
                Database.Database, Storage.PostgresOptions.Parse(Database.ConnectionString), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, Cancellation);
        }

        foreach (var table in (string[])["ml.signals_latest", "ml.consensus_latest", "app.users"])
        {
            Assert.Equal(["a"], await AsAsync("authenticated", a.UserId, $"SELECT owner FROM {table}"));
            Assert.Equal(["b"], await AsAsync("authenticated", b.UserId, $"SELECT owner FROM {table}"));
            Assert.Empty(await AsAsync("authenticated", Guid.NewGuid(), $"SELECT owner FROM {table}"));
            Assert.Empty(await AsAsync("authenticated", null, $"SELECT owner FROM {table}"));
            Assert.Equal(["a", "b"], await AsAsync("service_role", null, $"SELECT owner FROM {table} ORDER BY owner"));
            await Assert.ThrowsAsync<PostgresException>(() => AsAsync("authenticated", a.UserId, $"DELETE FROM {table} RETURNING owner"));
        }

        foreach (var table in (string[])["ml.ingest_outbox", "ml.ingest_keys", "app.deployment_tokens", "app.marketplace_vendors", "app.training_runs"])
            await Assert.ThrowsAsync<PostgresException>(() => AsAsync("authenticated", a.UserId, $"SELECT 'x' FROM {table}"));
        Assert.Equal(["b"], await AsAsync("service_role", null, "UPDATE ml.signals_latest SET decision = 'SELL' WHERE owner = 'b' RETURNING owner"));
    }

    [Fact]
    public async Task Database_without_the_tables_is_told()
    {
        await Database.ExecuteAsync("DROP TABLE app.deployment_tokens");
        var e = await Assert.ThrowsAsync<StorageException>(() => Place.Open().ListTokensAsync(Cancellation));
        Assert.EndsWith("run 'trader-data db migrate'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_asked_for_at_once_are_found_without_a_connection_for_each()
    {
        var vendor = await AddVendorAsync("a");
        var keys = Enumerable.Range(0, 50).Select(i => Samples.Key(vendor, $"key {i}")).ToArray();
        var store = Place.Open();
        foreach (var key in keys)
            await store.AddTokenAsync(key, Cancellation);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        // Each twice, one that nobody has, and one that is not waited for.
        var found = keys.Concat(keys).Select(key => store.FindTokenAsync(key.Hash, Cancellation)).ToArray();
        var nobodys = store.FindTokenAsync("nobody's", Cancellation);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => store.FindTokenAsync("nobody's", gone.Token));

        Assert.Equal(keys.Concat(keys), (await Task.WhenAll(found)).Select(principal => principal!.Token));
        Assert.Null(await nobodys);
        Assert.InRange(await Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"), 1, 3);
    }

    [Fact]
    public async Task Tokens_asked_for_at_once_are_all_told_what_failed_and_found_when_it_is_mended()
    {
        var vendor = await AddVendorAsync("a");
        var store = Place.Open();
        await Database.ExecuteAsync("ALTER TABLE app.deployment_tokens RENAME TO elsewhere");
        foreach (var failed in Enumerable.Range(0, 10).Select(i => store.FindTokenAsync($"{i}", Cancellation)).ToArray())
            await Assert.ThrowsAsync<StorageException>(() => failed);
        await Database.ExecuteAsync("ALTER TABLE app.elsewhere RENAME TO deployment_tokens");
        Assert.Equal(vendor.Id, (await store.FindTokenAsync(Samples.Key(vendor).Hash, Cancellation))?.Vendor.Id);
    }

    private async Task<List<string>> AsAsync(string role, Guid? user, string sql)
    {
        await using var connection = await Database.Database.Connections.OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        var claims = user is { } id ? $"{{\"sub\":\"{id}\"}}" : "";
        await using var command = new NpgsqlCommand($"SET LOCAL ROLE {role}; SELECT set_config('request.jwt.claims', '{claims}', true)", connection);
        await command.ExecuteNonQueryAsync(Cancellation);
        await using var query = new NpgsqlCommand(sql, connection);
        var rows = new List<string>();
        await using (var reader = await query.ExecuteReaderAsync(Cancellation))
        {
            while (await reader.ReadAsync(Cancellation))
                rows.Add(reader.GetString(0));
        }

        await transaction.CommitAsync(Cancellation);
        return rows;
    }
}
