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
                new(1_000, "first seen, trading"),
                new(2_000, "tick size 0.001, was 0.01"),
                new(3_000, "gone from the list"),
                new(4_000, "trading again, tick size 0.01, was 0.001"),
            ],
            listed[0].Changes);
        Assert.Equal([new(1_000, "first seen, not trading"), new(2_000, "trading again")], listed[1].Changes);
        Assert.Equal([new InstrumentChange(3_000, "first seen, trading")], listed[2].Changes);
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

    private static Instrument Of(string symbol, bool trading = true, ScaledDecimal? tick = null) =>
        new("model", symbol, AssetClass.Crypto, trading, tick ?? new ScaledDecimal(1, 2), null);
}
