namespace TraderData.Jobs.Tests;

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class SetClock(long startMs) : TimeProvider
{
    private long _nowMs = startMs;

    public long NowMs => _nowMs;

    public override long TimestampFrequency => 1_000;

    public void Advance(TimeSpan time) => _nowMs += (long)time.TotalMilliseconds;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(_nowMs);

    public override long GetTimestamp() => _nowMs;
}
