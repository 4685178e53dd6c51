using Quartz;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class IngestScheduleTests
{
    public static TheoryData<string, string> All() => [.. from source in new[] { "binance", "alpaca" } from t in Timeframe.Standard select (source, t.ToString())];

    [Theory]
    [MemberData(nameof(All))]
    public void Schedule_fires_once_soon_after_every_close(string source, string text)
    {
        var timeframe = Timeframe.Parse(text);
        var cron = CronExpression.Parse(IngestSchedule.CronOf(source, timeframe)).WithTimeZone(TimeZoneInfo.Utc);
        var delayMs = source == "alpaca" ? 32_000 : 2_000;
        // Days and weeks of Alpaca end with New York's day: each hour is looked at.
        var everyMs = source == "alpaca" && timeframe.DurationMs > Timeframe.H1.DurationMs * 4 ? Timeframe.H1.DurationMs : timeframe.DurationMs;

        var time = DateTimeOffset.FromUnixTimeMilliseconds(World.Ms("2024-02-26")).AddTicks(-1);
        for (var i = 0; i < 100; i++)
        {
            time = cron.GetNextValidTimeAfter(time)!.Value;
            Assert.Equal(World.Ms("2024-02-26") + (i * everyMs) + delayMs, time.ToUnixTimeMilliseconds());
        }
    }
}
