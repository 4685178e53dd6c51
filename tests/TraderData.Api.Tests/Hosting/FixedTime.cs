using System.Globalization;

namespace TraderData.Api.Tests;

/// <summary>A clock that stands.</summary>
internal sealed class FixedTime(string now) : TimeProvider
{
    private readonly DateTimeOffset _now = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

    public override DateTimeOffset GetUtcNow() => _now;
}
