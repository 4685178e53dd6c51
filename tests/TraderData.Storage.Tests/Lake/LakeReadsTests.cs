using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>The lake reads no more than it must.</summary>
public sealed class LakeReadsTests : IDisposable
{
    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.Parse("30m"));

    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public LakeReadsTests() => _blobs = new LocalBlobs(_folder.Path);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Read_of_a_range_reads_only_the_partitions_that_it_touches()
    {
        await WriteYearAsync();
        var counting = new CountingBlobs(_blobs);

        Assert.Equal(48, await CountAsync(LakeStores.On(counting), new BarQuery(new TimeRange(Ms("2024-03-31T12:00:00Z"), Ms("2024-04-01T12:00:00Z")))));

        Assert.Equal(["2024-03.parquet", "2024-04.parquet"], counting.Read);
    }

    [Theory]
    [InlineData(false, 10, "2024-01.parquet")]
    [InlineData(true, 10, "2024-12.parquet")]
    [InlineData(true, 31 * 48, "2024-12.parquet")]
    public async Task Read_with_a_limit_reads_only_as_many_partitions_as_it_needs(bool newestFirst, long limit, string file)
    {
        await WriteYearAsync();
        var counting = new CountingBlobs(_blobs);

        Assert.Equal(limit, await CountAsync(LakeStores.On(counting), new BarQuery(TimeRange.All, newestFirst, limit)));

        Assert.Equal([file], counting.Read);
    }

    [Fact]
    public async Task Read_again_takes_decoded_partitions_from_memory_until_they_change()
    {
        await WriteYearAsync();
        var counting = new CountingBlobs(_blobs);
        var store = LakeStores.On(counting);
        await CountAsync(store, new BarQuery(TimeRange.All));
        Assert.Equal(12, counting.Read.Count);
        counting.Read.Clear();

        Assert.Equal(366 * 48, await CountAsync(store, new BarQuery(TimeRange.All)));
        Assert.Empty(counting.Read);

        // Another process writes; this one sees it with its next read.
        var price = new ScaledDecimal(1, 0);
        await LakeStores.On(_blobs).WriteAsync(Bitcoin, new BarWrite(Block(new Bar(Ms("2024-05-05T00:00:00Z"), price, price, price, price, null)), Provenance.Unknown), Cancellation);
        await CountAsync(store, new BarQuery(TimeRange.All));
        Assert.Equal(["2024-05.parquet"], counting.Read);
    }

    [Fact]
    public async Task List_reads_the_ends_of_files_once()
    {
        await WriteYearAsync();
        var counting = new CountingBlobs(_blobs);
        var store = LakeStores.On(counting);

        var info = Assert.Single(await store.ListAsync(Cancellation));
        Assert.Equal((366 * 48, Ms("2024-01-01T00:00:00Z"), Ms("2024-12-31T23:30:00Z")), (info.Rows, info.FirstMs, info.LastMs));
        Assert.Equal((12, "_series.json"), (counting.Tails.Count, Assert.Single(counting.Read)));

        Assert.Equal(info.Rows, Assert.Single(await store.ListAsync(Cancellation)).Rows);
        Assert.Equal((12, 1), (counting.Tails.Count, counting.Read.Count));
    }

    [Fact]
    public void Cache_keeps_within_its_bytes_and_drops_what_was_not_used_for_longest()
    {
        var block = Block([.. Enumerable.Range(0, 1_000).Select(i => new Bar(i, new(1, 0), new(1, 0), new(1, 0), new(1, 0), null))]);
        var held = new HeldPartition(block, null, 0);
        var cache = new BlockCache(3 * 50_000);
        foreach (var name in (string[])["a", "b", "c"])
            cache.Put(name, "1", held);
        Assert.NotNull(cache.Find("a", "1"));

        cache.Put("d", "1", held);

        Assert.Equal([true, false, true, true], ((string[])["a", "b", "c", "d"]).Select(name => cache.Find(name, "1") is not null));
        Assert.Null(cache.Find("a", "2"));
        cache.Put("a", "2", held);
        Assert.NotNull(cache.Find("a", "2"));
        Assert.InRange(cache.Bytes, 3 * 48_000, 3 * 50_000);
        new BlockCache(10).Put("a", "1", held);
    }

    private static long Ms(string text) => TimeText.TryParse(text, out var timeMs) ? timeMs : throw new FormatException(text);

    private static BarBlock Block(params Bar[] bars)
    {
        var builder = new BarBlockBuilder("test", bars.Length);
        foreach (var bar in bars)
            builder.Add(bar);
        return builder.Build();
    }

    private static async Task<long> CountAsync(LakeBarStore store, BarQuery query)
    {
        long count = 0;
        await foreach (var block in store.ReadAsync(Bitcoin, query, Cancellation))
            count += block.Count;
        return count;
    }

    private async Task WriteYearAsync()
    {
        var step = Bitcoin.Timeframe.DurationMs;
        var price = new ScaledDecimal(42_150, 0);
        var bars = Enumerable.Range(0, 366 * 48).Select(i => new Bar(Ms("2024-01-01T00:00:00Z") + (i * step), price, price, price, price, new ScaledDecimal(i, 0)));
        await LakeStores.On(_blobs).WriteAsync(Bitcoin, new BarWrite(Block([.. bars]), Provenance.Unknown), Cancellation);
    }
}
