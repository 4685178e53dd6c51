namespace TraderData.EndToEnd.Tests;

/// <summary>The machine's clock, some time ahead.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    /// <summary>How far ahead it is.</summary>
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + Ahead;
}
