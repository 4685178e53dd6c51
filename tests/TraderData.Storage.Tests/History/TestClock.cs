namespace TraderData.Storage.Tests;

/// <summary>A clock that stands where it is put, at 2026-01-01 at first.</summary>
internal sealed class TestClock : TimeProvider
{
    public const long StartMs = 1_767_225_600_000;

    /// <summary>The time, Unix milliseconds UTC.</summary>
    public long NowMs { get; set; } = StartMs;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    public override long GetTimestamp() => NowMs * TimeSpan.TicksPerMillisecond;
}
