namespace TraderData.Marketplace.Tests;

/// <summary>A clock that a test moves.</summary>
internal sealed class TestTime : TimeProvider
{
    private long _ticks = Samples.Now.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => new(GetTimestamp(), TimeSpan.Zero);

    public override long GetTimestamp() => Interlocked.Read(ref _ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
