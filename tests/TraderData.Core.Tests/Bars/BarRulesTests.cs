namespace TraderData.Core.Tests;

public sealed class BarRulesTests
{
    private static readonly Bar Good = new(3_600_000, new(2, 0), new(40, 1), new(1, 0), new(35, 1), new(0, 0), new(2, 0), 0);

    public static TheoryData<string, Bar> Bad => new()
    {
        { "time 1970-01-01T01:00:00.001Z", Good with { TimeMs = 3_600_001 } },
        { "time 9223372036854775807", Good with { TimeMs = long.MaxValue } },
        { "low 0", Good with { Low = new(0, 0) } },
        { "low -1", Good with { Low = new(-1, 0) } },
        { "low 2.1 above open 2", Good with { Low = new(21, 1) } },
        { "low 1 above close 0.9", Good with { Close = new(9, 1) } },
        { "high 1.9 below open 2", Good with { High = new(19, 1), Close = new(15, 1) } },
        { "high 3.4 below close 3.5", Good with { High = new(340, 2) } },
        { "volume -0.1", Good with { Volume = new(-1, 1) } },
        { "vwap -2", Good with { Vwap = new(-2, 0) } },
        { "trades -1", Good with { Trades = -1 } },
    };

    [Fact]
    public void Good_bar_breaks_no_rule()
    {
        Assert.Null(BarRules.FindViolation(Good, Timeframe.H1));
        Assert.Null(BarRules.FindViolation(Good with { Volume = null, Vwap = null, Trades = null }, Timeframe.H1));
        Assert.Null(BarRules.FindViolation(Good with { TimeMs = 18_000_000 }, null));
    }

    [Theory]
    [MemberData(nameof(Bad), DisableDiscoveryEnumeration = true)]
    public void Bad_bar_is_told_with_its_value(string found, Bar bar) => Assert.Equal(found, BarRules.FindViolation(bar, Timeframe.H1)?.Found);
}
