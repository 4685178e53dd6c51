using System.Globalization;

namespace TraderData.Rounds.Tests;

/// <summary>A clock that stands still until it is put forward.</summary>
internal sealed class StoppedClock(string iso) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.Parse(iso, CultureInfo.InvariantCulture);

    public override DateTimeOffset GetUtcNow() => Now;
}
