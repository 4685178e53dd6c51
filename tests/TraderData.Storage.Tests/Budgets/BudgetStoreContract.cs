using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>What every <see cref="IBudgetStore"/> promises.</summary>
public abstract class BudgetStoreContract
{
    protected static readonly BudgetRecord Full = new()
    {
        Minute = 28_401_120,
        Taken = 17,
        TakenByBackfill = 11,
        Others = 3,
        OthersBefore = 5,
        Limit = 6_000,
        LimitHeardMs = 1_704_067_199_000,
        PausedUntilMs = 1_704_067_260_001,
        BannedUntilMs = 1_704_070_800_999,
        Stop = new SourceStop("api.binance.com:443", "RegionBlocked", "451: \"no\"\n…", 1_704_067_200_000, 1_704_070_800_000),
    };

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A store of a process of its own; all of a test are on one place.</summary>
    private protected abstract Task<IBudgetStore> OpenAsync();

    [Fact]
    public async Task Record_is_kept_as_it_is_and_seen_by_others()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        Assert.Empty(await first.ListAsync(Cancellation));
        Assert.Equal(BudgetRecord.Empty, await ReadAsync(first, "binance"));

        Assert.Equal(7, await first.UpdateAsync("binance", _ => (Full, 7), Cancellation));
        await second.UpdateAsync("alpaca", record => (record with { Taken = 1 }, 0), Cancellation);

        Assert.Equal(Full, await ReadAsync(second, "binance"));
        Assert.Equal(
            new Dictionary<string, BudgetRecord> { ["alpaca"] = BudgetRecord.Empty with { Taken = 1 }, ["binance"] = Full }, await (await OpenAsync()).ListAsync(Cancellation));
    }

    [Fact]
    public async Task Answer_without_a_change_is_of_the_present_record()
    {
        var (first, second) = (await OpenAsync(), await OpenAsync());
        await first.UpdateAsync("binance", record => (record with { Taken = 1 }, 0), Cancellation);
        await second.UpdateAsync("binance", record => (record with { BannedUntilMs = 5 }, 0), Cancellation);

        Assert.Equal(BudgetRecord.Empty with { Taken = 1, BannedUntilMs = 5 }, await ReadAsync(first, "binance"));
    }

    [Fact]
    public async Task Changes_of_many_at_once_are_all_kept()
    {
        var stores = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenAsync()));

        await Task.WhenAll(stores.SelectMany(store => Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await store.UpdateAsync("binance", record => (record with { Taken = record.Taken + 1 }, 0), Cancellation);
        }))));

        Assert.Equal(120, (await ReadAsync(stores[0], "binance")).Taken);
    }

    [Fact]
    public async Task Change_that_fails_changes_nothing_and_holds_nobody_up()
    {
        var store = await OpenAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.UpdateAsync<int>("binance", _ => throw new InvalidOperationException(), Cancellation));
        Assert.Equal(BudgetRecord.Empty, await ReadAsync(store, "binance"));
    }

    protected static Task<BudgetRecord> ReadAsync(IBudgetStore store, string source) => store.UpdateAsync(source, record => (record, record), Cancellation);
}
