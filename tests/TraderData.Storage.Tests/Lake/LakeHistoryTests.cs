using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

public sealed class LocalLakeHistoryTests : HistoryContract, IDisposable
{
    private const string Folder = "ohlcv/source=binance/symbol=BTCUSDT/timeframe=1m/";

    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);
    private static readonly Partition Month = Partition.At(Timeframe.M1, 0);

    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;
    private readonly TestClock _clock = new();

    public LocalLakeHistoryTests() => _blobs = new LocalBlobs(_folder.Path);

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Bars_that_were_never_restated_need_no_file_of_revisions_and_no_request_for_one()
    {
        await WriteAsync(Flat(1, 0), Flat(1, 1));
        _clock.NowMs += 10;
        await WriteAsync(Flat(1, 2));
        var counting = new CountingBlobs(_blobs);

        Assert.Equal([Flat(1, 0), Flat(1, 1)], await ReadAsync(LakeStores.On(counting), Bitcoin, new BarQuery(TimeRange.All, AsOfMs: TestClock.StartMs + 9)));
        Assert.Empty(await RevisionsAsync(LakeStores.On(counting), Bitcoin, TimeRange.All));

        Assert.Equal(["1970-01.parquet", "1970-01.parquet"], counting.Read);
        Assert.False(File.Exists(PathOf("1970-01.revisions")));
    }

    [Fact]
    public async Task Restatement_that_was_killed_before_the_partition_changes_no_answer_and_is_made_good_by_its_repetition()
    {
        await WriteAsync(Flat(1, 0), Flat(1, 1));
        var before = File.ReadAllBytes(PathOf("1970-01.parquet"));
        _clock.NowMs += 10;
        await WriteAsync(Flat(2, 0));
        var revisions = File.ReadAllBytes(PathOf("1970-01.revisions"));
        File.WriteAllBytes(PathOf("1970-01.parquet"), before);

        Assert.Equal([Flat(1, 0), Flat(1, 1)], await ReadAsync(Store(), Bitcoin, new BarQuery(TimeRange.All, AsOfMs: _clock.NowMs)));
        Assert.Empty(await RevisionsAsync(Store(), Bitcoin, TimeRange.All));

        _clock.NowMs += 10;
        Assert.Equal(new WriteResult(0, 1, 0), await WriteAsync(Flat(2, 0)));
        Assert.Equal([new BarRevision(Flat(1, 0), TestClock.StartMs, TestClock.StartMs + 20)], await RevisionsAsync(Store(), Bitcoin, TimeRange.All));
        Assert.Equal([Flat(1, 0), Flat(1, 1)], await ReadAsync(Store(), Bitcoin, new BarQuery(TimeRange.All, AsOfMs: TestClock.StartMs + 19)));
        Assert.NotEqual(revisions, File.ReadAllBytes(PathOf("1970-01.revisions")));
    }

    [Fact]
    public async Task Write_that_restates_nothing_touches_no_file()
    {
        await WriteAsync(Flat(1, 0));
        await WriteAsync(Flat(2, 0));
        var before = await _blobs.ListAsync("", Cancellation);
        _clock.NowMs += 10;

        await WriteAsync(Flat(2, 0));

        Assert.Equal(before, await _blobs.ListAsync("", Cancellation));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Former_values_that_are_lost_or_too_few_are_damage_and_never_a_hole(bool older)
    {
        await WriteAsync(Flat(1, 0), Flat(1, 1));
        await WriteAsync(Flat(2, 0));
        var old = File.ReadAllBytes(PathOf("1970-01.revisions"));
        await WriteAsync(Flat(2, 1));
        File.Delete(PathOf("1970-01.revisions"));
        if (older)
            File.WriteAllBytes(PathOf("1970-01.revisions"), old);

        StorageException[] refusals =
        [
            await Assert.ThrowsAsync<StorageException>(() => ReadAsync(Store(), Bitcoin, new BarQuery(TimeRange.All, AsOfMs: TestClock.StartMs))),
            await Assert.ThrowsAsync<StorageException>(() => RevisionsAsync(Store(), Bitcoin, TimeRange.All)),
            await Assert.ThrowsAsync<StorageException>(() => WriteAsync(Flat(3, 0))),
        ];

        Assert.All(refusals, refusal => Assert.Equal(StorageErrorKind.Damaged, refusal.Kind));
        Assert.All(refusals, refusal => Assert.Contains($"{Folder}1970-01.revisions", refusal.Message, StringComparison.Ordinal));
        Assert.Equal([Flat(2, 0), Flat(2, 1)], await ReadAsync(Store(), Bitcoin, new BarQuery(TimeRange.All)));
        Assert.Equal([Flat(2, 0), Flat(2, 1)], await ReadAsync(Store(), Bitcoin, new BarQuery(TimeRange.All, AsOfMs: TestClock.StartMs + 100)));
    }

    [Fact]
    public async Task Fold_of_a_tier_with_its_history_remembers_as_if_one_store_had_taken_all()
    {
        var run = 0;
        var writes = Gen.Choose(0, 6).SelectMany(count => Gen.ArrayOf(ModelWrite.Any, count)).ToArbitrary();
        var questions = Gen.ArrayOf(ModelQuestion.Any, 12).ToArbitrary();
        using var hotFolder = new TestFolder();
        using var hotBlobs = new LocalBlobs(hotFolder.Path);
        var (lake, hot) = (Store(), LakeStores.On(hotBlobs, time: _clock));
        Prop.ForAll(writes, writes, questions, (below, above, q) =>
                CheckFoldAsync(lake, hot, new Series("import", $"FOLD{run++}", Timeframe.M1), below, above, q))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));
    }

    [Fact]
    public async Task Fold_keeps_the_times_that_bars_are_given_with()
    {
        var store = Store();
        var former = Revisions.Of(new RevisionLayer(ModelWrite.BlockOf([Flat(1, 0)]), new long[] { 100 }, new long[] { 200 }));
        var given = new StoredBars(ModelWrite.BlockOf([Flat(2, 0), Flat(1, 1), Flat(1, 2)]), new long[] { 200, 150, StoredBars.Unknown });

        Assert.Equal(new WriteResult(3, 0, 0), await store.FoldAsync(Bitcoin, Month, given, former, new Provenance(AssetClass.Crypto), Cancellation));
        var listed = await _blobs.ListAsync("", Cancellation);
        Assert.Equal(new WriteResult(0, 0, 3), await store.FoldAsync(Bitcoin, Month, given, former, new Provenance(AssetClass.Crypto), Cancellation));

        Assert.Equal(listed, await _blobs.ListAsync("", Cancellation));
        var stored = (await store.ReadStoredAsync(Bitcoin, Month, Cancellation))!;
        Assert.Equal([200, 150, StoredBars.Unknown], stored.Bars.UpdatedMs.ToArray());
        Assert.Equal([new BarRevision(Flat(1, 0), 100, 200)], stored.Revisions.In(TimeRange.All));
        Assert.Equal(AssetClass.Crypto, (await store.FindAsync(Bitcoin, Cancellation))!.Provenance.AssetClass);
        Assert.Equal("binance", await store.SourceOfAsync("BTCUSDT", Cancellation));
    }

    protected override Task<IBarStore> CreateStoreAsync(TimeProvider time) => Task.FromResult<IBarStore>(LakeStores.On(_blobs, time: time));

    private async Task CheckFoldAsync(LakeBarStore lake, LakeBarStore hot, Series series, ModelWrite[] below, ModelWrite[] above, ModelQuestion[] questions)
    {
        var log = new ModelLog();
        foreach (var (store, writes) in ((LakeBarStore, ModelWrite[])[])[(lake, below), (hot, above)])
        {
            // A tier records by what it holds alone: a value that only the other tier had is one, also for the time of the next when the clock is put back.
            var alone = new ModelLog();
            foreach (var write in writes)
            {
                _clock.NowMs += write.ElapsedMs;
                alone.Write(write.Bars, _clock.NowMs);
                foreach (var bar in write.Bars)
                    log.Write([bar], alone.RecordedMs(bar.TimeMs));
                await WriteAsync(store, series, write.Bars);
            }

            // The hot tier's values came after those of the lake, as those that were sealed and pruned before.
            _clock.NowMs += 100;
        }

        for (var again = 0; again < 2; again++)
        {
            var before = await _blobs.ListAsync("", Cancellation);
            foreach (var (partition, _) in await hot.PartitionsAsync(series, Cancellation))
            {
                var stored = (await hot.ReadStoredAsync(series, partition, Cancellation))!;
                await lake.FoldAsync(series, partition, stored.Bars, stored.Revisions, Provenance.Unknown, Cancellation);
            }

            if (again > 0)
                Assert.Equal(before, await _blobs.ListAsync("", Cancellation));
        }

        if (log.IsEmpty)
            return;
        Assert.Equal(log.Read(new BarQuery(TimeRange.All)), await ReadAsync(lake, series, new BarQuery(TimeRange.All)));
        foreach (var query in questions.Select(question => question.Query(log)))
            Assert.Equal(log.Read(query), await ReadAsync(lake, series, query));
    }

    private string PathOf(string file) => Path.Combine(_folder.Path, Folder, file);

    private LakeBarStore Store() => LakeStores.On(_blobs, time: _clock);

    private Task<WriteResult> WriteAsync(params Bar[] bars) => WriteAsync(Store(), Bitcoin, bars);
}

public sealed class UncachedLakeHistoryTests : HistoryContract, IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly LocalBlobs _blobs;

    public UncachedLakeHistoryTests() => _blobs = new LocalBlobs(_folder.Path);

    public void Dispose()
    {
        _blobs.Dispose();
        _folder.Dispose();
    }

    protected override Task<IBarStore> CreateStoreAsync(TimeProvider time) => Task.FromResult<IBarStore>(LakeStores.On(_blobs, cacheBytes: 0, time));
}

public sealed class AzureLakeHistoryTests(AzuriteServer azurite) : HistoryContract
{
    protected override int ModelRuns => 6;

    protected override async Task<IBarStore> CreateStoreAsync(TimeProvider time) => LakeStores.On(await LakeStores.NewContainerAsync(azurite), time: time);
}
