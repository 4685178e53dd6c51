namespace TraderData.Console.Tests;

/// <summary>A clock that stands where it is set.</summary>
internal sealed class PastClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
