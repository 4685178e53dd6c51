using TraderData.Core;

namespace TraderData.Storage.Tests;

public abstract partial class BarStoreContract
{
    [Fact]
    public async Task Read_of_a_range_gives_its_start_and_not_its_end()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 100));

        var bars = await ReadAsync(store, Bitcoin, new BarQuery(new TimeRange(Start + (10 * MinuteMs), Start + (20 * MinuteMs))));

        Assert.Equal(Bars(Minutes(10, 10)), bars);
    }

    [Theory]
    [InlineData(false, 1, 0)]
    [InlineData(false, 99, 0)]
    [InlineData(false, 100, 0)]
    [InlineData(false, 5_000, 0)]
    [InlineData(true, 1, 99)]
    [InlineData(true, 99, 1)]
    [InlineData(true, 100, 0)]
    [InlineData(true, 5_000, 0)]
    public async Task Read_with_a_limit_gives_that_many_from_its_end(bool newestFirst, long limit, int first)
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 100));

        var bars = await ReadAsync(store, Bitcoin, new BarQuery(TimeRange.All, newestFirst, limit));

        Assert.Equal(Bars(Minutes(first, (int)Math.Min(limit, 100))), bars);
    }

    [Fact]
    public async Task Read_newest_first_of_a_range_with_a_limit_gives_its_newest()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 100));
        var range = new TimeRange(Start, Start + (60 * MinuteMs));

        Assert.Equal(Bars(Minutes(55, 5)), await ReadAsync(store, Bitcoin, new BarQuery(range, NewestFirst: true, Limit: 5)));
    }

    [Fact]
    public async Task Read_of_what_is_not_held_gives_nothing()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 10));

        Assert.Empty(await ReadAllAsync(store, new Series("binance", "ETHUSDT", Timeframe.M1)));
        Assert.Empty(await ReadAllAsync(store, new Series("binance", "BTCUSDT", Timeframe.H1)));
        Assert.Empty(await ReadAllAsync(store, new Series("alpaca", "BTCUSDT", Timeframe.M1)));
        Assert.Empty(await ReadAsync(store, Bitcoin, new BarQuery(new TimeRange(Start - DayMs, Start))));
        Assert.Empty(await ReadAsync(store, Bitcoin, new BarQuery(new TimeRange(Start, Start))));
    }

    [Fact]
    public async Task Read_left_early_lets_the_store_go_on()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 50_000));

        for (var i = 0; i < 20; i++)
        {
            await foreach (var block in store.ReadAsync(Bitcoin, new BarQuery(TimeRange.All), Cancellation))
            {
                Assert.Equal(Start, block.FirstMs);
                break;
            }
        }

        Assert.Equal(new WriteResult(0, 0, 10), await WriteAsync(store, Bitcoin, Minutes(0, 10)));
    }

    [Fact]
    public async Task Read_cancelled_ends_as_cancelled()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 10));
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var block in store.ReadAsync(Bitcoin, new BarQuery(TimeRange.All), cancellation.Token))
                Assert.Equal(0, block.Count);
        });
    }

    [Theory]
    [InlineData("binance", "币安人生USDT", "1m", "2025-10-09T00:00:00Z")]
    [InlineData("alpaca", "BTC/USD", "1w", "1969-12-29T00:00:00Z")]
    [InlineData("alpaca", "BRK.B", "1d", "1962-01-02T05:00:00Z")]
    [InlineData("import", "A:B=C-D_E", "4h", "2099-12-31T20:00:00Z")]
    public async Task Series_of_any_name_and_time_is_kept_apart(string source, string symbol, string timeframe, string time)
    {
        var store = await CreateStoreAsync();
        var series = new Series(source, symbol, Timeframe.Parse(timeframe));
        var block = Block(Flat(0, 3) with { TimeMs = Ms(time) });
        await WriteAsync(store, Bitcoin, Minutes(0, 3));

        await WriteAsync(store, series, block);

        Assert.Equal(Bars(block), await ReadAllAsync(store, series));
        Assert.Equal(Bars(Minutes(0, 3)), await ReadAllAsync(store, Bitcoin));
        Assert.Equal(source, await store.SourceOfAsync(symbol, Cancellation));
    }
}
