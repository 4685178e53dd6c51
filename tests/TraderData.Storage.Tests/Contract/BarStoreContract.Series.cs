using TraderData.Core;

namespace TraderData.Storage.Tests;

public abstract partial class BarStoreContract
{
    [Fact]
    public async Task Find_of_a_series_that_is_not_held_gives_null()
    {
        var store = await CreateStoreAsync();

        Assert.Null(await store.FindAsync(Bitcoin, Cancellation));
        Assert.Null(await store.SourceOfAsync("BTCUSDT", Cancellation));
        Assert.Empty(await store.ListAsync(Cancellation));
    }

    [Fact]
    public async Task Find_after_writes_tells_rows_ends_provenance_and_what_was_fetched()
    {
        var store = await CreateStoreAsync();
        var provenance = new Provenance(AssetClass.Stock, "iex", "raw");
        var first = new TimeRange(Start, Start + (100 * MinuteMs));
        var second = new TimeRange(Start + (100 * MinuteMs), Start + (200 * MinuteMs));
        var apart = new TimeRange(Start - DayMs, Start - DayMs + MinuteMs);
        await store.WriteAsync(Bitcoin, new BarWrite(Minutes(0, 50), provenance, first), Cancellation);
        await store.WriteAsync(Bitcoin, new BarWrite(Minutes(150, 10), provenance, second), Cancellation);
        await store.WriteAsync(Bitcoin, new BarWrite(BarBlock.Empty, provenance, apart), Cancellation);

        var info = await store.FindAsync(Bitcoin, Cancellation);

        Assert.NotNull(info);
        Assert.Equal(Bitcoin, info.Series);
        Assert.Equal((60, Start, Start + (159 * MinuteMs)), (info.Rows, info.FirstMs, info.LastMs));
        Assert.Equal(provenance, info.Provenance);
        Assert.Equal([apart, new TimeRange(first.StartMs, second.EndMs)], info.Fetched);
    }

    [Fact]
    public async Task Write_of_no_bars_keeps_the_range_that_was_fetched()
    {
        var store = await CreateStoreAsync();
        var fetched = new TimeRange(Start, Start + DayMs);

        var result = await WriteAsync(store, Bitcoin, BarBlock.Empty, fetched);

        Assert.Equal(default, result);
        var info = await store.FindAsync(Bitcoin, Cancellation);
        Assert.NotNull(info);
        Assert.Equal((0L, (long?)null, (long?)null), (info.Rows, info.FirstMs, info.LastMs));
        Assert.Equal([fetched], info.Fetched);
        Assert.Empty(await ReadAllAsync(store, Bitcoin));
        Assert.Equal("binance", await store.SourceOfAsync("BTCUSDT", Cancellation));
    }

    [Fact]
    public async Task Write_without_a_fetched_range_claims_none()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 10));

        Assert.Empty((await store.FindAsync(Bitcoin, Cancellation))!.Fetched);
    }

    [Fact]
    public async Task Write_of_a_symbol_of_another_source_is_refused_naming_both()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 10));
        var other = new Series("alpaca", "BTCUSDT", Timeframe.D1);

        var refusal = await Assert.ThrowsAsync<StorageException>(() => WriteAsync(store, other, Block(Flat(0, 1) with { TimeMs = 0 })));

        Assert.Equal(StorageErrorKind.SymbolTaken, refusal.Kind);
        Assert.False(refusal.IsTransient);
        Assert.Contains("binance", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("alpaca", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("BTCUSDT", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await store.FindAsync(other, Cancellation));
        Assert.Equal(Bars(Minutes(0, 10)), await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_of_one_symbol_by_two_sources_at_once_leaves_it_to_one()
    {
        var store = await CreateStoreAsync();
        Series[] rivals = [.. Enumerable.Range(0, 6).Select(i => new Series(i % 2 == 0 ? "binance" : "alpaca", "DOGEUSDT", Timeframe.Standard[i]))];

        var writes = rivals.Select(series => Task.Run(() => WriteAsync(store, series, Block(Flat(0, 1) with { TimeMs = Ms("2024-01-01") })))).ToList();
        await Task.WhenAny(Task.WhenAll(writes));

        var source = await store.SourceOfAsync("DOGEUSDT", Cancellation);
        Assert.All(rivals.Zip(writes), pair => Assert.Equal(pair.First.Source == source, pair.Second.IsCompletedSuccessfully));
        Assert.All(writes.Where(w => w.IsFaulted), w => Assert.Equal(StorageErrorKind.SymbolTaken, Assert.IsType<StorageException>(w.Exception!.InnerException).Kind));
        Assert.Equal(3, (await store.ListAsync(Cancellation)).Count);
    }

    [Fact]
    public async Task List_gives_every_series_by_source_symbol_and_length()
    {
        var store = await CreateStoreAsync();
        Series[] expected =
        [
            new("alpaca", "AAPL", Timeframe.M1), new("alpaca", "AAPL", Timeframe.D1), new("alpaca", "BTC/USD", Timeframe.H1),
            new("binance", "BNBUSDT", Timeframe.M1), new("binance", "BTCUSDT", Timeframe.Parse("5m")), new("binance", "BTCUSDT", Timeframe.Parse("30m")),
            new("binance", "BTCUSDT", Timeframe.H4), new("binance", "BTCUSDT", Timeframe.W1), new("import", "ZZZ", Timeframe.D1),
        ];
        foreach (var series in expected.Reverse())
            await WriteAsync(store, series, Block(Flat(0, 1) with { TimeMs = Ms("2024-01-01") }, Flat(0, 1) with { TimeMs = Ms("2024-01-08") }));

        var list = await store.ListAsync(Cancellation);

        Assert.Equal(expected, list.Select(info => info.Series));
        Assert.All(list, info => Assert.Equal((2, Ms("2024-01-01"), Ms("2024-01-08")), (info.Rows, info.FirstMs, info.LastMs)));
    }
}
