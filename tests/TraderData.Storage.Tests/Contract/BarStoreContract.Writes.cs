using TraderData.Core;

namespace TraderData.Storage.Tests;

public abstract partial class BarStoreContract
{
    [Fact]
    public async Task Write_of_new_bars_reads_back_the_exact_bars()
    {
        var store = await CreateStoreAsync();
        var block = Minutes(0, 5_000);

        var result = await WriteAsync(store, Bitcoin, block);

        Assert.Equal(new WriteResult(5_000, 0, 0), result);
        Assert.Equal(Bars(block), await ReadAllAsync(store, Bitcoin));
    }

    [Theory]
    [InlineData(1L, 18)]
    [InlineData(999_999_999_999_999_999L, 18)]
    [InlineData(999_999_999_999_999_999L, 0)]
    [InlineData(123_456_789_012_345_678L, 8)]
    [InlineData(10_000L, 0)]
    [InlineData(10_000L, 4)]
    [InlineData(100_010_001L, 8)]
    public async Task Write_of_extreme_digits_reads_back_the_same_number(long mantissa, int scale)
    {
        var store = await CreateStoreAsync();
        var value = new ScaledDecimal(mantissa, scale);
        var block = Block(new Bar(Start, value, value, value, value, value, value, long.MaxValue));

        await WriteAsync(store, Bitcoin, block);

        Assert.Equal(Bars(block), await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_repeated_changes_nothing()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 3_000));

        var again = await WriteAsync(store, Bitcoin, Minutes(0, 3_000));

        Assert.Equal(new WriteResult(0, 0, 3_000), again);
        Assert.Equal(Bars(Minutes(0, 3_000)), await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_of_the_same_number_at_another_scale_is_no_restatement()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Block(Flat(0, 42, volume: 7)));
        var scaled = new ScaledDecimal(4_200, 2);

        var again = await WriteAsync(store, Bitcoin, Block(new Bar(Start, scaled, scaled, scaled, scaled, new ScaledDecimal(70, 1))));

        Assert.Equal(new WriteResult(0, 0, 1), again);
    }

    [Fact]
    public async Task Write_over_held_bars_counts_new_changed_and_same_and_the_later_wins()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 100));
        var later = Block([.. Bars(Minutes(50, 20)), .. Bars(Minutes(70, 40, bump: 1)), .. Bars(Minutes(120, 5))]);

        var result = await WriteAsync(store, Bitcoin, later);

        Assert.Equal(new WriteResult(15, 30, 20), result);
        Assert.Equal([.. Bars(Minutes(0, 70)), .. Bars(Minutes(70, 40, bump: 1)), .. Bars(Minutes(120, 5))], await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_into_a_hole_keeps_what_lies_around()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 10));
        await WriteAsync(store, Bitcoin, Minutes(20, 10));

        var result = await WriteAsync(store, Bitcoin, Minutes(10, 10));

        Assert.Equal(new WriteResult(10, 0, 0), result);
        Assert.Equal(Bars(Minutes(0, 30)), await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_without_optional_values_never_erases_known_ones()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Block(Flat(0, 5, volume: 1, vwap: 5, trades: 3), Flat(1, 5, volume: 1, vwap: 5, trades: 3)));

        var result = await WriteAsync(store, Bitcoin, Block(Flat(0, 5), Flat(1, 6)));

        Assert.Equal(new WriteResult(0, 1, 1), result);
        Assert.Equal([Flat(0, 5, volume: 1, vwap: 5, trades: 3), Flat(1, 6, volume: 1, vwap: 5, trades: 3)], await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_of_values_that_were_not_known_is_a_change()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Block(Flat(0, 5), Flat(1, 5, volume: 0), Flat(2, 5)));

        var result = await WriteAsync(store, Bitcoin, Block(Flat(0, 5, volume: 0), Flat(1, 5, vwap: 5), Flat(2, 5, trades: 0)));

        Assert.Equal(new WriteResult(0, 3, 0), result);
        Assert.Equal([Flat(0, 5, volume: 0), Flat(1, 5, volume: 0, vwap: 5), Flat(2, 5, trades: 0)], await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_of_a_slice_stores_only_the_slice()
    {
        var store = await CreateStoreAsync();

        await WriteAsync(store, Bitcoin, Minutes(0, 100).Slice(40, 20));

        Assert.Equal(Bars(Minutes(40, 20)), await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_of_a_hundred_thousand_bars_reads_back_in_both_orders()
    {
        var store = await CreateStoreAsync();
        var block = Minutes(0, 100_000);

        Assert.Equal(new WriteResult(100_000, 0, 0), await WriteAsync(store, Bitcoin, block));

        Assert.True(Bars(block).SequenceEqual(await ReadAllAsync(store, Bitcoin)));
        Assert.True(Bars(block).SequenceEqual(await ReadAsync(store, Bitcoin, new BarQuery(TimeRange.All, NewestFirst: true))));
    }

    [Fact]
    public async Task Write_by_many_at_once_to_one_series_loses_nothing()
    {
        var store = await CreateStoreAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => WriteAsync(store, Bitcoin, Minutes(i * 50, 100)))));

        Assert.Equal(new WriteResult(450, 0, 350), results.Aggregate((a, b) => a + b));
        Assert.Equal(Bars(Minutes(0, 450)), await ReadAllAsync(store, Bitcoin));
    }

    [Fact]
    public async Task Write_cancelled_at_any_moment_never_claims_a_range_without_its_bars()
    {
        var store = await CreateStoreAsync();
        var block = Minutes(0, 20_000);
        var fetched = new TimeRange(block.FirstMs, block.LastMs + MinuteMs);
        foreach (var delayMs in (int[])[0, 1, 2, 5, 10, 20, 40])
        {
            using var cancellation = new CancellationTokenSource();
            cancellation.CancelAfter(delayMs);
            var write = store.WriteAsync(Bitcoin, new BarWrite(block, Provenance.Unknown, fetched) { IsSecondAsk = true }, cancellation.Token);
            await Task.WhenAny(write);
            Assert.True(write.IsCompletedSuccessfully || write.IsCanceled, $"after {delayMs} ms: {write.Exception}");
            var found = await store.FindAsync(Bitcoin, Cancellation);
            var claims = found?.Fetched.Contains(fetched) ?? false;
            Assert.Equal(claims, found?.Verified.Contains(fetched) ?? false);
            if (claims || write.IsCompletedSuccessfully)
                Assert.Equal(20_000, (await ReadAllAsync(store, Bitcoin)).Count);
        }

        await WriteAsync(store, Bitcoin, block, fetched);
        Assert.True(Bars(block).SequenceEqual(await ReadAllAsync(store, Bitcoin)));
    }
}
