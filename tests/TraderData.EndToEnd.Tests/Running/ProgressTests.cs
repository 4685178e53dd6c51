using TraderData.Cli;

namespace TraderData.EndToEnd.Tests;

/// <summary>Progress where there is no terminal.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void Lines_come_every_ten_seconds_with_rate_and_time_left()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var clock = new StepClock();
        var progress = new PlainProgress(output, clock, "binance 1m", "chunks");
        progress.Tell("BTCUSDT", 1, 240);
        clock.Elapsed = TimeSpan.FromSeconds(9);
        progress.Tell("BTCUSDT", 30, 240);
        Assert.Equal("", output.ToString());
        clock.Elapsed = TimeSpan.FromSeconds(12);
        progress.Tell("BTCUSDT", 60, 240);
        progress.Tell("BTCUSDT", 61, 240);
        clock.Elapsed = TimeSpan.FromSeconds(24);
        progress.Tell("BTCUSDT", 240, 240);
        Assert.Equal("binance 1m BTCUSDT: 25 %, 5.0 chunks/s, 0.00:00:36 left\nbinance 1m BTCUSDT: 100 %, 10 chunks/s\n", output.ToString());
    }

    [Theory]
    [InlineData(0.4, "files", "0.4 files/s")]
    [InlineData(123_456.7, "bars", "123,457 bars/s")]
    [InlineData(12_345_678, "bytes", "12.3 MB/s")]
    public void Rate_is_told_in_its_unit(double perSecond, string unit, string text) => Assert.Equal(text, RateColumn.Of(perSecond, unit));

    private sealed class StepClock : TimeProvider
    {
        public TimeSpan Elapsed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Elapsed.Ticks;
    }
}
