using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>What every <see cref="IBarStore"/> that tells the time by a clock promises of the past. A store's test class derives from it.</summary>
public abstract class HistoryContract
{
    private static readonly Series Bitcoin = new("binance", "BTCUSDT", Timeframe.M1);

    // One run writes a series of its own; the runs share a store, as series do.
    protected virtual int ModelRuns => 120;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>An empty store for one test.</summary>
    protected abstract Task<IBarStore> CreateStoreAsync(TimeProvider time);

    [Fact]
    public async Task Any_writes_at_any_times_are_remembered_as_a_full_log_remembers_them()
    {
        var clock = new TestClock();
        var store = await CreateStoreAsync(clock);
        var run = 0;
        var writes = Gen.Choose(1, 8).SelectMany(count => Gen.ArrayOf(ModelWrite.Any, count)).ToArbitrary();
        var questions = Gen.ArrayOf(ModelQuestion.Any, 12).ToArbitrary();
        Prop.ForAll(writes, questions, (w, q) => CheckAsync(store, clock, new Series("import", $"RUN{run++}", Timeframe.M1), w, q))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(ModelRuns));
    }

    [Fact]
    public async Task Bar_has_each_of_its_values_from_when_it_was_recorded_until_it_was_replaced()
    {
        var clock = new TestClock();
        var store = await CreateStoreAsync(clock);
        foreach (var price in (int[])[10, 20, 20, 30])
        {
            clock.NowMs += 1_000;
            await WriteAsync(store, Bitcoin, [Flat(price)]);
        }

        long At(int seconds) => TestClock.StartMs + (seconds * 1_000L);
        (long AsOf, int[] Expected)[] answers =
            [(At(1) - 1, []), (At(1), [10]), (At(2) - 1, [10]), (At(2), [20]), (At(3), [20]), (At(4) - 1, [20]), (At(4), [30]), (At(9), [30])];
        foreach (var (asOf, expected) in answers)
            Assert.Equal(expected.Select(price => Flat(price)), await ReadAsync(store, Bitcoin, new BarQuery(TimeRange.All, AsOfMs: asOf)));

        Assert.Equal(
            [new BarRevision(Flat(10), At(1), At(2)), new BarRevision(Flat(20), At(2), At(4))], await RevisionsAsync(store, Bitcoin, TimeRange.All));
        Assert.Empty(await RevisionsAsync(store, Bitcoin, new TimeRange(1, 2)));
        Assert.Empty(await RevisionsAsync(store, new Series("import", "NONE", Timeframe.M1), TimeRange.All));
    }

    [Fact]
    public async Task Values_of_one_bar_in_one_millisecond_stay_apart_also_with_the_clock_put_back()
    {
        var clock = new TestClock();
        var store = await CreateStoreAsync(clock);
        foreach (var (price, elapsed) in ((int, int)[])[(1, 0), (2, 0), (3, -500), (4, 1_000)])
        {
            clock.NowMs += elapsed;
            await WriteAsync(store, Bitcoin, [Flat(price)]);
        }

        const long start = TestClock.StartMs;
        Assert.Equal(
            [new BarRevision(Flat(1), start, start + 1), new BarRevision(Flat(2), start + 1, start + 2), new BarRevision(Flat(3), start + 2, start + 500)],
            await RevisionsAsync(store, Bitcoin, TimeRange.All));
        Assert.Equal([Flat(3)], await ReadAsync(store, Bitcoin, new BarQuery(TimeRange.All, AsOfMs: start + 2)));
    }

    protected static Bar Flat(int price, int minute = 0)
    {
        var value = new ScaledDecimal(price, 0);
        return new Bar(minute * 60_000L, value, value, value, value, new ScaledDecimal(1, 0));
    }

    protected static Task<WriteResult> WriteAsync(IBarStore store, Series series, Bar[] bars) =>
        store.WriteAsync(series, new BarWrite(ModelWrite.BlockOf(bars), Provenance.Unknown), Cancellation);

    /// <summary>All bars of a query in ascending order. Fails on an empty block, and on blocks out of order.</summary>
    private protected static async Task<List<Bar>> ReadAsync(IBarStore store, Series series, BarQuery query)
    {
        var blocks = new List<BarBlock>();
        await foreach (var block in store.ReadAsync(series, query, Cancellation))
            blocks.Add(block);
        if (query.NewestFirst)
            blocks.Reverse();
        Assert.All(blocks, block => Assert.True(block.Count > 0));
        Assert.All(blocks.Zip(blocks.Skip(1)), pair => Assert.True(pair.First.LastMs < pair.Second.FirstMs));
        return [.. blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(block.At))];
    }

    private protected static async Task<List<BarRevision>> RevisionsAsync(IBarStore store, Series series, TimeRange range)
    {
        var revisions = new List<BarRevision>();
        await foreach (var revision in store.ReadRevisionsAsync(series, range, Cancellation))
            revisions.Add(revision);
        return revisions;
    }

    private static async Task CheckAsync(IBarStore store, TestClock clock, Series series, ModelWrite[] writes, ModelQuestion[] questions)
    {
        var log = new ModelLog();
        foreach (var write in writes)
        {
            clock.NowMs += write.ElapsedMs;
            Assert.Equal(log.Write(write.Bars, clock.NowMs), await WriteAsync(store, series, write.Bars));
        }

        if (log.IsEmpty)
            return;
        Assert.Equal(log.Read(new BarQuery(TimeRange.All)), await ReadAsync(store, series, new BarQuery(TimeRange.All)));
        Assert.Equal(log.Revisions(TimeRange.All), await RevisionsAsync(store, series, TimeRange.All));
        foreach (var query in questions.Select(question => question.Query(log)))
        {
            Assert.Equal(log.Read(query), await ReadAsync(store, series, query));
            Assert.Equal(log.Revisions(query.Range), await RevisionsAsync(store, series, query.Range));
        }
    }
}
