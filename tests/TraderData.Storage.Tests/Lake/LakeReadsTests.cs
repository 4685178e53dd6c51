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
        var clock = new TestClock();
        var store = LakeStores.On(counting, time: clock);
        await CountAsync(store, new BarQuery(TimeRange.All));
        Assert.Equal(12, counting.Read.Count);
        counting.Read.Clear();

        Assert.Equal(366 * 48, await CountAsync(store, new BarQuery(TimeRange.All)));
        Assert.Empty(counting.Read);

        // Another process writes; this one sees it a second later.
        var price = new ScaledDecimal(1, 0);
        await LakeStores.On(_blobs).WriteAsync(Bitcoin, new BarWrite(Block(new Bar(Ms("2024-05-05T00:00:00Z"), price, price, price, price, null)), Provenance.Unknown), Cancellation);
        await CountAsync(store, new BarQuery(TimeRange.All));
        Assert.Empty(counting.Read);
        clock.NowMs += 1_000;
        await CountAsync(store, new BarQuery(TimeRange.All));
        Assert.Equal(["2024-05.parquet"], counting.Read);
    }

    [Fact]
    public async Task Listing_is_asked_for_once_a_second_and_after_each_write_of_this_process()
    {
        var clock = new TestClock();
        var counting = new CountingBlobs(_blobs);
        var store = LakeStores.On(counting, time: clock);
        var price = new ScaledDecimal(1, 0);
        Task WriteAsync(int day) => store.WriteAsync(
            Bitcoin, new BarWrite(Block(new Bar(Ms("2024-05-01T00:00:00Z") + (day * 86_400_000L), price, price, price, price, null)), Provenance.Unknown), Cancellation);
        await WriteAsync(0);
        Assert.Equal(1, await CountAsync(store, new BarQuery(TimeRange.All)));
        counting.Listed.Clear();
        counting.Read.Clear();

        for (var i = 0; i < 100; i++)
            Assert.Equal(1, await CountAsync(store, new BarQuery(TimeRange.All, NewestFirst: true, Limit: 1)));
        Assert.Equal("binance", await store.SourceOfAsync("BTCUSDT", Cancellation));
        Assert.Equal(1, (await store.FindAsync(Bitcoin, Cancellation))!.Rows);
        Assert.Empty(counting.Listed);

        await WriteAsync(1);
        Assert.Equal(2, await CountAsync(store, new BarQuery(TimeRange.All)));
        Assert.Single(counting.Listed);
        clock.NowMs += 1_000;
        Assert.Equal(2, await CountAsync(store, new BarQuery(TimeRange.All)));
        Assert.Equal(2, counting.Listed.Count);
        // Neither the write of this process nor a new listing makes a partition be decoded again.
        Assert.DoesNotContain("2024-05.parquet", counting.Read);
    }

    [Fact]
    public async Task Partition_that_many_ask_for_at_once_is_read_once_and_who_goes_away_stops_nobody()
    {
        await WriteYearAsync();
        var opened = new TaskCompletionSource();
        var counting = new CountingBlobs(_blobs) { Gate = opened.Task };
        var store = LakeStores.On(counting);
        var march = new BarQuery(new TimeRange(Ms("2024-03-01T00:00:00Z"), Ms("2024-04-01T00:00:00Z")));
        using var impatient = new CancellationTokenSource();

        var first = CountAsync(store, march, impatient.Token);
        var others = Enumerable.Range(0, 20).Select(_ => CountAsync(store, march)).ToList();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        opened.SetResult();

        Assert.All(await Task.WhenAll(others), count => Assert.Equal(31 * 48, count));
        Assert.Equal(["2024-03.parquet"], counting.Read);
    }

    [Fact]
    public async Task Pieces_of_a_partition_are_read_alone_until_it_is_cheaper_to_keep_it()
    {
        await WriteYearAsync();
        var counting = new CountingBlobs(_blobs);
        var store = LakeStores.On(counting);
        for (var day = 1; day <= 9; day++)
            Assert.Equal(10, await CountAsync(store, new BarQuery(new TimeRange(Ms($"2024-03-0{day}T00:00:00Z"), Ms($"2024-03-0{day}T05:00:00Z")))));
        Assert.Equal(6, counting.Read.Count);

        // Without a cache nothing is kept.
        counting.Read.Clear();
        store = LakeStores.On(counting, cacheBytes: 0);
        for (var day = 1; day <= 9; day++)
            Assert.Equal(10, await CountAsync(store, new BarQuery(new TimeRange(Ms($"2024-03-0{day}T00:00:00Z"), Ms($"2024-03-0{day}T05:00:00Z")))));
        Assert.Equal(9, counting.Read.Count);
    }

    [Fact]
    public async Task Meter_tells_hits_misses_and_bytes()
    {
        await WriteYearAsync();
        await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = _folder.Path }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        for (var i = 0; i < 3; i++)
        {
            await foreach (var block in storage.Bars.ReadAsync(Bitcoin, new BarQuery(TimeRange.All), Cancellation))
                Assert.True(block.Count > 0);
        }

        Assert.Equal((24, 12), (storage.BlockCache.Hits, storage.BlockCache.Misses));
        Assert.InRange(storage.BlockCache.Bytes, 366 * 48 * 6 * 8, (366 * 48 * 8 * 8) + (12 * 1_024));
        var told = new Dictionary<string, long>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "TraderData.Storage")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        // Other tests have storages of their own under the same name.
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => told[instrument.Name] = Math.Max(value, told.GetValueOrDefault(instrument.Name)));
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.True(told["block_cache.hits"] >= 24 && told["block_cache.misses"] >= 12 && told["block_cache.bytes"] >= storage.BlockCache.Bytes);
    }

    [Fact]
    public async Task List_tells_of_sound_files_and_logs_a_damaged_one_once()
    {
        await WriteYearAsync();
        var folder = Path.Combine(_folder.Path, LakePath.Folder(Bitcoin));
        File.WriteAllText(Path.Combine(folder, "2024-01.parquet"), "no Parquet");
        File.WriteAllText(Path.Combine(folder, "_series.json"), "no JSON");
        var log = new ErrorLog();
        var store = new LakeBarStore(_blobs, new BlockCache(0), TimeProvider.System, log);

        foreach (var _ in (int[])[1, 2])
        {
            var info = Assert.Single(await store.ListAsync(Cancellation));
            Assert.Equal((335 * 48, Ms("2024-02-01T00:00:00Z"), Provenance.Unknown), (info.Rows, info.FirstMs, info.Provenance));
        }

        Assert.Equal(2, log.Errors.Count);
        Assert.Contains(log.Errors, e => e.Contains("2024-01.parquet", StringComparison.Ordinal));
        Assert.Contains(log.Errors, e => e.Contains("_series.json", StringComparison.Ordinal));
        var refusal = await Assert.ThrowsAsync<StorageException>(() => CountAsync(store, new BarQuery(TimeRange.All)));
        Assert.Equal(StorageErrorKind.Damaged, refusal.Kind);
        File.WriteAllText(Path.Combine(folder, "2024-01.parquet"), "no");
        foreach (var file in Directory.GetFiles(folder).Where(file => !file.EndsWith("2024-01.parquet", StringComparison.Ordinal)))
            File.Delete(file);
        Assert.Equal(0, Assert.Single(await store.ListAsync(Cancellation)).Rows);
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
        Assert.NotNull(cache.Find("a", "1", withUpdates: false));

        cache.Put("d", "1", held);

        Assert.Equal([true, false, true, true], ((string[])["a", "b", "c", "d"]).Select(name => cache.Find(name, "1", withUpdates: false) is not null));
        Assert.Null(cache.Find("a", "2", withUpdates: false));
        cache.Put("a", "2", held);
        Assert.NotNull(cache.Find("a", "2", withUpdates: false));
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

    private static async Task<long> CountAsync(LakeBarStore store, BarQuery query, CancellationToken? cancellation = null)
    {
        long count = 0;
        await foreach (var block in store.ReadAsync(Bitcoin, query, cancellation ?? Cancellation))
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

    private sealed class ErrorLog : Microsoft.Extensions.Logging.ILogger<LakeBarStore>
    {
        public List<string> Errors { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(Microsoft.Extensions.Logging.LogLevel logLevel) => true;

        public void Log<TState>(
            Microsoft.Extensions.Logging.LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == Microsoft.Extensions.Logging.LogLevel.Error)
                Errors.Add(exception!.Message);
        }
    }
}
