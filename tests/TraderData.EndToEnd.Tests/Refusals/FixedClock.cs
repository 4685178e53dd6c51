using System.Globalization;

namespace TraderData.EndToEnd.Tests;

/// <summary>A clock that stands still.</summary>
internal sealed class FixedClock(string time) : TimeProvider
{
    private readonly DateTimeOffset _now = DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);

    public override DateTimeOffset GetUtcNow() => _now;
}
