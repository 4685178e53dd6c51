namespace TraderData.Api.Tests;

/// <summary>A clock that a test sets.</summary>
internal sealed class SettableTime : TimeProvider
{
    /// <summary>The time now, Unix milliseconds.</summary>
    public long NowMs { get; set; }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);
}
