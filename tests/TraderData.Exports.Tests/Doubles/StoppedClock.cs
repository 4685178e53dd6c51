using System.Globalization;

namespace TraderData.Exports.Tests;

/// <summary>A clock that stands still.</summary>
internal sealed class StoppedClock(string iso) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture);
}
