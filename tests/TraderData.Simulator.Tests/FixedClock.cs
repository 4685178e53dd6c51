using TraderData.Core;

namespace TraderData.Simulator.Tests;

/// <summary>A clock that a test moves.</summary>
internal sealed class FixedClock(string now) : TimeProvider
{
    private long _nowMs = Parse(now);

    public long NowMs => Volatile.Read(ref _nowMs);

    public static long Parse(string time) => TimeText.TryParse(time, out var ms) ? ms : throw new FormatException(time);

    public void Set(string time) => Volatile.Write(ref _nowMs, Parse(time));

    public void Advance(TimeSpan by) => Interlocked.Add(ref _nowMs, (long)by.TotalMilliseconds);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
