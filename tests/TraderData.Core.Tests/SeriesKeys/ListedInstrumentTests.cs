namespace TraderData.Core.Tests;

public sealed class ListedInstrumentTests
{
    [Fact]
    public void What_becomes_of_an_instrument_is_kept_with_its_dates()
    {
        var listed = ListedInstrument.Merge([], [Of("A"), Of("B", trading: false)], 1_000);
        listed = ListedInstrument.Merge(listed, [Of("A", tick: new ScaledDecimal(1, 3)), Of("B")], 2_000);
        listed = ListedInstrument.Merge(listed, [Of("B"), Of("C")], 3_000);
        listed = ListedInstrument.Merge(listed, [Of("A"), Of("B"), Of("C")], 4_000);

        Assert.Equal(["A", "B", "C"], listed.Select(i => i.Instrument.Symbol));
        Assert.Equal(
            [
                new(1_000, "first seen, trading", InstrumentStatus.Trading),
                new(2_000, "tick size 0.001, was 0.01", InstrumentStatus.Trading),
                new(3_000, "gone from the list", InstrumentStatus.Gone),
                new(4_000, "trading again, tick size 0.01, was 0.001", InstrumentStatus.Trading),
            ],
            listed[0].Changes);
        Assert.Equal([new(1_000, "first seen, not trading", InstrumentStatus.NotTrading), new(2_000, "trading again", InstrumentStatus.Trading)], listed[1].Changes);
        Assert.Equal([new InstrumentChange(3_000, "first seen, trading", InstrumentStatus.Trading)], listed[2].Changes);
    }

    [Fact]
    public void Asking_again_changes_nothing_while_the_list_is_the_same()
    {
        var once = ListedInstrument.Merge([], [Of("A"), Of("B")], 1_000);
        once = ListedInstrument.Merge(once, [Of("A")], 2_000);
        var twice = ListedInstrument.Merge(once, [Of("A")], 3_000);

        Assert.Equal(once.SelectMany(i => i.Changes), twice.SelectMany(i => i.Changes));
        Assert.Equal(once.Select(i => i.Instrument), twice.Select(i => i.Instrument));
        Assert.False(twice[1].Instrument.IsTrading);
    }

    [Fact]
    public void Changes_are_bounded_and_keep_the_first_and_the_latest()
    {
        IReadOnlyList<ListedInstrument> listed = [];
        for (var i = 0; i < 200; i++)
            listed = ListedInstrument.Merge(listed, [Of("A", trading: i % 2 == 0)], i);

        Assert.Equal(ListedInstrument.MaxChanges, listed[0].Changes.Count);
        Assert.Equal((0, 199), (listed[0].Changes[0].AtMs, listed[0].Changes[^1].AtMs));
        Assert.Equal(listed[0].Changes.Select(c => c.AtMs).Order(), listed[0].Changes.Select(c => c.AtMs));
    }

    [Fact]
    public void Renaming_is_a_change_with_the_new_symbol_and_its_day()
    {
        const long day = 1_654_732_800_000;
        var listed = ListedInstrument.Merge([], [Of("FB")], 1_000);
        for (var now = 2_000; now < 5_000; now += 1_000)
            listed = ListedInstrument.Merge(listed, [Of("FB", trading: false) with { RenamedTo = "META", RenamedMs = day }], now);

        Assert.Equal(new InstrumentChange(2_000, "not trading any more, renamed to META on 2022-06-09", InstrumentStatus.NotTrading), listed[0].Changes[^1]);
        Assert.Equal(2, listed[0].Changes.Count);
        var first = ListedInstrument.Merge([], [Of("FB", trading: false) with { RenamedTo = "META", RenamedMs = day }], 1_000);
        Assert.Equal("first seen, not trading, renamed to META on 2022-06-09", first[0].Changes[0].What);
    }

    [Fact]
    public void Times_without_trade_begin_an_hour_before_they_were_seen_and_end_when_it_trades_again()
    {
        const long hour = 3_600_000;
        var listed = ListedInstrument.Merge([], [Of("A"), Of("B")], 10 * hour);
        Assert.Equal(ListingTimes.Unknown, ListingTimes.Of(listed[0]));
        listed = ListedInstrument.Merge(listed, [Of("A", trading: false), Of("B")], 20 * hour);
        listed = ListedInstrument.Merge(listed, [Of("A"), Of("B")], 30 * hour);
        listed = ListedInstrument.Merge(listed, [Of("A", trading: false), Of("B")], 40 * hour);
        listed = ListedInstrument.Merge(listed, [Of("B")], 50 * hour);

        var times = ListingTimes.Of(listed[0]);

        Assert.Equal([new(19 * hour, 30 * hour), new TimeRange(39 * hour, 50 * hour)], times.Halted);
        Assert.Equal([new TimeRange(49 * hour, TimeText.MaxMs)], times.Gone);
    }

    private static Instrument Of(string symbol, bool trading = true, ScaledDecimal? tick = null) =>
        new("model", symbol, AssetClass.Crypto, trading, tick ?? new ScaledDecimal(1, 2), null);
}
