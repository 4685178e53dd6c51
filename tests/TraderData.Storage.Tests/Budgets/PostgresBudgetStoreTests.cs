using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class PostgresBudgetStoreTests(PostgresServer server) : BudgetStoreContract, IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync(server);

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task Row_that_somebody_removed_begins_anew()
    {
        var store = await OpenAsync();
        await store.UpdateAsync("binance", _ => (Full, 0), Cancellation);
        await _database.ExecuteAsync("DELETE FROM market.source_budget");
        await store.UpdateAsync("binance", record => (record with { Taken = record.Taken + 1 }, 0), Cancellation);
        await store.UpdateAsync("binance", record => (record with { Taken = record.Taken + 1 }, 0), Cancellation);
        Assert.Equal(["19"], await _database.TextsAsync("SELECT taken FROM market.source_budget"));
    }

    [Fact]
    public async Task Row_reads_well()
    {
        await (await OpenAsync()).UpdateAsync("binance", _ => (Full, 0), Cancellation);
        Assert.Equal(
            ["2024-01-01 00:00:00+00 17 6000 2024-01-01 00:01:00.001+00 2024-01-01 01:00:00+00"],
            await _database.TextsAsync("SELECT concat_ws(' ', minute, taken, weight_limit, paused_until, stopped_until) FROM market.source_budget"));
    }

    [Fact]
    public async Task Database_that_cannot_be_reached_or_has_no_such_table_is_told()
    {
        await using var nowhere = new PostgresDatabase(PostgresOptions.Parse("postgres://user:secret@127.0.0.1:1/none"));
        var e = await Assert.ThrowsAsync<StorageException>(() => ReadAsync(new PostgresBudgetStore(nowhere), "binance"));
        Assert.Equal(StorageErrorKind.Unavailable, e.Kind);
        Assert.StartsWith("postgres://127.0.0.1:1/none: budget of binance: ", e.Message, StringComparison.Ordinal);

        await _database.ExecuteAsync("DROP TABLE market.source_budget");
        e = await Assert.ThrowsAsync<StorageException>(async () => await ReadAsync(await OpenAsync(), "binance"));
        Assert.EndsWith("run 'trader-data db migrate'", e.Message, StringComparison.Ordinal);
    }

    private protected override Task<IBudgetStore> OpenAsync() => Task.FromResult<IBudgetStore>(new PostgresBudgetStore(_database.Database));
}
