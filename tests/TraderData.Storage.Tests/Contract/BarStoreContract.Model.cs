using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Storage.Tests;

public abstract partial class BarStoreContract
{
    // One run writes a series of its own some times over; the runs share a store, as series do.
    private const int ModelRuns = 60;

    // A price of every magnitude, times a third of which meet others, values that may not be known.
    private static readonly Gen<Bar> AnyBar =
        from minute in Gen.Choose(0, 150)
        from jump in Gen.Frequency((9, Gen.Constant(0L)), (1, Gen.Constant(40 * DayMs)))
        from price in Gen.Choose(1, 20)
        from scale in Gen.Choose(0, 6)
        from volume in Gen.Choose(-3, 5)
        from vwap in Gen.Choose(-5, 3)
        from trades in Gen.Choose(-5, 3)
        let value = new ScaledDecimal(price * 10_001L, scale)
        select new Bar(
            Start + jump + (minute * MinuteMs), value, value, value, value,
            volume < 0 ? null : new ScaledDecimal(volume * 1_000L, 3), vwap < 0 ? null : new ScaledDecimal(vwap, 10), trades < 0 ? null : trades);

    protected static readonly Arbitrary<Bar[][]> AnyWrites =
        Gen.Choose(1, 6).SelectMany(writes => Gen.ArrayOf(Gen.Choose(0, 120).SelectMany(bars => Gen.ArrayOf(AnyBar, bars)), writes)).ToArbitrary();

    [Fact]
    public async Task Any_writes_end_as_a_dictionary_ends()
    {
        var store = await CreateStoreAsync();
        var run = 0;
        Prop.ForAll(AnyWrites, writes => CheckAgainstModelAsync(store, new Series("import", $"RUN{Interlocked.Increment(ref run)}", Timeframe.M1), writes))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(ModelRuns));
    }

    private static async Task CheckAgainstModelAsync(IBarStore store, Series series, Bar[][] writes)
    {
        var model = new SortedDictionary<long, Bar>();
        foreach (var bars in writes)
        {
            var block = Block([.. bars.DistinctBy(b => b.TimeMs).OrderBy(b => b.TimeMs)]);
            Assert.Equal(Apply(model, block), await WriteAsync(store, series, block));
        }

        Assert.Equal(model.Values, await ReadAllAsync(store, series));
        foreach (var limit in (long[])[1, 7, 1_000])
        {
            var range = new TimeRange(Start + (20 * MinuteMs), Start + (40 * DayMs) + (30 * MinuteMs));
            var inRange = model.Values.Where(b => range.Contains(b.TimeMs)).ToList();
            Assert.Equal(inRange.Take((int)limit), await ReadAsync(store, series, new BarQuery(range, false, limit)));
            Assert.Equal(inRange.TakeLast((int)limit), await ReadAsync(store, series, new BarQuery(range, true, limit)));
        }

        if (model.Count > 0)
            Assert.Equal(model.Count, (await store.FindAsync(series, Cancellation))!.Rows);
    }

    protected static WriteResult Apply(SortedDictionary<long, Bar> model, BarBlock block)
    {
        var result = default(WriteResult);
        foreach (var bar in Bars(block))
        {
            if (!model.TryGetValue(bar.TimeMs, out var held))
            {
                model[bar.TimeMs] = bar;
                result += new WriteResult(1, 0, 0);
                continue;
            }

            var merged = bar with { Volume = bar.Volume ?? held.Volume, Vwap = bar.Vwap ?? held.Vwap, Trades = bar.Trades ?? held.Trades };
            model[bar.TimeMs] = merged;
            result += merged == held ? new WriteResult(0, 0, 1) : new WriteResult(0, 1, 0);
        }

        return result;
    }
}
