using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Storage.Tests;

public sealed partial class PostgresBarStoreTests
{
    private const int HistoryRuns = 25;

    [Fact]
    public async Task Read_as_of_a_time_gives_what_was_held_then()
    {
        var store = await CreateStoreAsync();
        var empty = Between();
        await WriteAsync(store, Bitcoin, Minutes(0, 100));
        var first = Between();
        await WriteAsync(store, Bitcoin, Minutes(90, 20, bump: 1));
        var second = Between();
        await WriteAsync(store, Bitcoin, Minutes(95, 100, bump: 2));

        Assert.Empty(await ReadAsOfAsync(store, empty));
        Assert.Equal(Bars(Minutes(0, 100)), await ReadAsOfAsync(store, first));
        Assert.Equal([.. Bars(Minutes(0, 90)), .. Bars(Minutes(90, 20, bump: 1))], await ReadAsOfAsync(store, second));
        Assert.Equal([.. Bars(Minutes(0, 90)), .. Bars(Minutes(90, 5, bump: 1)), .. Bars(Minutes(95, 100, bump: 2))], await ReadAsOfAsync(store, Between()));
    }

    [Theory]
    [InlineData(false, 7L)]
    [InlineData(true, 7L)]
    [InlineData(false, 30_000L)]
    [InlineData(true, 30_000L)]
    [InlineData(true, null)]
    public async Task Read_as_of_a_time_keeps_range_order_and_limit(bool newestFirst, long? limit)
    {
        var store = await CreateStoreAsync();
        var all = Minutes(0, 60_000);
        var held = Enumerable.Range(0, 60_000).Where(i => i % 3 != 0).ToList();
        await WriteAsync(store, Bitcoin, all.Pick(held));
        var time = Between();
        // Bars that come later lie between, and some of those that were there get other values, at both ends too.
        await WriteAsync(store, Bitcoin, all.Pick([.. Enumerable.Range(0, 20_000).Select(i => i * 3)]));
        await WriteAsync(store, Bitcoin, Minutes(0, 60_000, bump: 3).Pick([1, 2, .. held.Where(i => i > 2 && i % 1_001 == 0), 59_999]));
        var range = new TimeRange(Start + (2 * MinuteMs), Start + (59_999 * MinuteMs));

        var bars = await ReadAsync(store, Bitcoin, new BarQuery(range, newestFirst, limit, time));

        var expected = held.Where(i => i is >= 2 and < 59_999).Select(all.At).ToList();
        var most = (int)Math.Min(limit ?? int.MaxValue, expected.Count);
        Assert.True((newestFirst ? expected.TakeLast(most) : expected.Take(most)).SequenceEqual(bars));
    }

    [Fact]
    public async Task Revisions_say_what_each_value_was_and_from_when_until_when()
    {
        var store = await CreateStoreAsync();
        var t0 = Between();
        await WriteAsync(store, Bitcoin, Block(Flat(0, 1, volume: 5, vwap: 1, trades: 7), Flat(1, 1), Flat(2, 1)));
        var t1 = Between();
        await WriteAsync(store, Bitcoin, Block(Flat(0, 2), Flat(1, 1), Flat(2, 2)));
        var t2 = Between();
        await WriteAsync(store, Bitcoin, Block(Flat(0, 3), Flat(2, 2)));
        var t3 = Between();

        var revisions = await RevisionsAsync(store, TimeRange.All);

        Assert.Equal([Flat(0, 1, volume: 5, vwap: 1, trades: 7), Flat(0, 2, volume: 5, vwap: 1, trades: 7), Flat(2, 1)], revisions.Select(r => r.Old));
        Assert.All(revisions, r => Assert.True(r.RecordedMs < r.ReplacedMs));
        Assert.InRange(revisions[0].RecordedMs!.Value, t0 + 1, t1);
        Assert.InRange(revisions[0].ReplacedMs, t1 + 1, t2);
        Assert.Equal(revisions[0].ReplacedMs, revisions[1].RecordedMs);
        Assert.InRange(revisions[1].ReplacedMs, t2 + 1, t3);
        Assert.InRange(revisions[2].ReplacedMs, t1 + 1, t2);
        Assert.Equal([revisions[2]], await RevisionsAsync(store, new TimeRange(Start + MinuteMs, Start + DayMs)));
        Assert.Empty(await RevisionsAsync(store, new TimeRange(Start + MinuteMs, Start + (2 * MinuteMs))));
        Assert.Empty(await RevisionsAsync(store, TimeRange.All, new Series("binance", "ETHUSDT", Timeframe.M1)));
    }

    [Fact]
    public async Task Writes_that_change_no_value_leave_no_revision()
    {
        var store = await CreateStoreAsync();
        await WriteAsync(store, Bitcoin, Minutes(0, 200));
        await WriteAsync(store, Bitcoin, Minutes(0, 200));
        await WriteAsync(store, Bitcoin, Minutes(0, 20, optional: false));
        await WriteAsync(store, Bitcoin, Minutes(150, 100));

        Assert.Empty(await RevisionsAsync(store, TimeRange.All));
    }

    [Fact]
    public async Task Values_that_follow_each_other_at_once_never_share_a_millisecond()
    {
        var store = await CreateStoreAsync();
        for (var i = 0; i < 40; i++)
            await WriteAsync(store, Bitcoin, Block(Flat(0, i + 1)));

        var revisions = await RevisionsAsync(store, TimeRange.All);

        Assert.Equal(Enumerable.Range(0, 39).Select(i => Flat(0, i + 1)), revisions.Select(r => r.Old));
        Assert.All(revisions, r => Assert.True(r.RecordedMs < r.ReplacedMs));
        Assert.All(revisions.Zip(revisions.Skip(1)), pair => Assert.Equal(pair.First.ReplacedMs, pair.Second.RecordedMs));
    }

    [Fact]
    public async Task Any_writes_are_remembered_as_a_list_of_dictionaries_remembers_them()
    {
        var store = await CreateStoreAsync();
        var run = 0;
        Prop.ForAll(AnyWrites, writes => CheckHistoryAsync(store, new Series("import", $"THEN{Interlocked.Increment(ref run)}", Timeframe.M1), writes))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(HistoryRuns));
    }

    private static async Task CheckHistoryAsync(IBarStore store, Series series, Bar[][] writes)
    {
        var model = new SortedDictionary<long, Bar>();
        var moments = new List<(long TimeMs, List<Bar> Held)> { (Between(), []) };
        var replaced = new List<Bar>();
        foreach (var bars in writes)
        {
            var before = model.ToDictionary();
            var block = Block([.. bars.DistinctBy(b => b.TimeMs).OrderBy(b => b.TimeMs)]);
            Apply(model, block);
            await WriteAsync(store, series, block);
            replaced.AddRange(before.Values.Where(old => model[old.TimeMs] != old));
            moments.Add((Between(), [.. model.Values]));
        }

        var range = new TimeRange(Start + (20 * MinuteMs), Start + (40 * DayMs) + (30 * MinuteMs));
        foreach (var (timeMs, held) in moments)
        {
            Assert.Equal(held, await ReadAsync(store, series, new BarQuery(TimeRange.All, AsOfMs: timeMs)));
            var inRange = held.Where(b => range.Contains(b.TimeMs)).ToList();
            Assert.Equal(inRange.Take(9), await ReadAsync(store, series, new BarQuery(range, false, 9, timeMs)));
            Assert.Equal(inRange.TakeLast(9), await ReadAsync(store, series, new BarQuery(range, true, 9, timeMs)));
        }

        Assert.Equal(replaced.OrderBy(b => b.TimeMs), (await RevisionsAsync(store, TimeRange.All, series)).Select(r => r.Old));
    }

    /// <summary>A time that lies behind all writes so far and before all that follow.</summary>
    private static long Between()
    {
        // A store rounds the time of a write up to its millisecond.
        var timeMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() + 1;
        while (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() <= timeMs)
            Thread.SpinWait(100);
        return timeMs;
    }

    private static Task<List<Bar>> ReadAsOfAsync(IBarStore store, long timeMs) => ReadAsync(store, Bitcoin, new BarQuery(TimeRange.All, AsOfMs: timeMs));

    private static async Task<List<BarRevision>> RevisionsAsync(IBarStore store, TimeRange range, Series? series = null) =>
        await store.ReadRevisionsAsync(series ?? Bitcoin, range, Cancellation).ToListAsync(Cancellation);
}
