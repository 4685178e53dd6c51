namespace TraderData.EndToEnd.Tests;

/// <summary>The machine's clock, some time behind: what is made by it may have expired before anybody looks.</summary>
internal sealed class PastClock(TimeSpan behind) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() - behind;
}
