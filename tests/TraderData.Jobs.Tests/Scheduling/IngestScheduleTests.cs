using Quartz;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class IngestScheduleTests
{
    public static TheoryData<string, string, int> All() =>
    [
        .. from source in new[] { ("binance", 0), ("binance", 90), ("alpaca", 30), ("alpaca", 58), ("alpaca", 1_800) }
           from t in Timeframe.Standard
           select (source.Item1, t.ToString(), source.Item2),
    ];

    [Theory]
    [MemberData(nameof(All))]
    public void Schedule_fires_once_for_every_bar_as_soon_as_it_is_final(string source, string text, int settlementSeconds)
    {
        var timeframe = Timeframe.Parse(text);
        var cron = CronExpression.Parse(IngestSchedule.CronOf(source, timeframe, TimeSpan.FromSeconds(settlementSeconds))).WithTimeZone(TimeZoneInfo.Utc);
        // Days and weeks of Alpaca end with New York's day: each hour is looked at.
        var everyMs = source == "alpaca" && timeframe.DurationMs > Timeframe.H1.DurationMs * 4 ? Timeframe.H1.DurationMs : timeframe.DurationMs;

        // One of them fires for each; which of the bars before it is final then differs.
        var delayMs = ((settlementSeconds + 2) * 1_000L) % everyMs;
        var time = DateTimeOffset.FromUnixTimeMilliseconds(World.Ms("2024-02-26")).AddTicks(-1);
        for (var i = 0; i < 100; i++)
        {
            time = cron.GetNextValidTimeAfter(time)!.Value;
            Assert.Equal(World.Ms("2024-02-26") + (i * everyMs) + delayMs, time.ToUnixTimeMilliseconds());
        }
    }
}
