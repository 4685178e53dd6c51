using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class StreamLaneTests
{
    private readonly StreamLane _lane = new(new Series("alpaca", "SPY", Timeframe.M1), mayLackBars: true);

    [Fact]
    public void Bar_is_final_when_it_came_long_enough_ago_with_its_last_values()
    {
        _lane.AddUnsettled(Bar(1, 10), now: 100);
        _lane.AddUnsettled(Bar(2, 20), now: 160);
        _lane.AddUnsettled(Bar(1, 11), now: 130);

        Assert.False(_lane.Settle(heardBefore: 99));
        Assert.True(_lane.Settle(heardBefore: 100));
        Assert.Equal([Bar(1, 11)], _lane.Take());
        Assert.True(_lane.Settle(heardBefore: 160));
        Assert.Equal([Bar(2, 20)], _lane.Take());
        Assert.False(_lane.Settle(heardBefore: 1_000));
    }

    [Fact]
    public void What_is_not_settled_when_the_connection_breaks_is_left_to_ingest()
    {
        _lane.AddUnsettled(Bar(1, 10), now: 100);

        _lane.DropUnsettled();

        Assert.False(_lane.Settle(heardBefore: 1_000));
        Assert.Empty(_lane.Take());
    }

    [Fact]
    public void Final_bars_are_given_once_by_time_with_the_last_value_and_queued_once()
    {
        Assert.True(_lane.AddFinal(Bar(3, 30)));
        Assert.False(_lane.AddFinal(Bar(1, 10)));
        Assert.False(_lane.AddFinal(Bar(3, 31)));
        Assert.False(_lane.AddFinal(Bar(2, 20)));

        Assert.Equal([Bar(1, 10), Bar(2, 20), Bar(3, 31)], _lane.Take());
        Assert.True(_lane.AddFinal(Bar(4, 40)));
    }

    private static Bar Bar(int minute, long price)
    {
        var value = new ScaledDecimal(price, 0);
        return new Bar(minute * 60_000L, value, value, value, value, value);
    }
}
