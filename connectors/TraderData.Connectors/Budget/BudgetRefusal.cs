using System.Globalization;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>Why nothing is sent, in words for an operator.</summary>
internal static class BudgetRefusal
{
    /// <summary>True when nothing may be sent for longer than a pause.</summary>
    /// <param name="host">Who would be asked.</param>
    /// <param name="record">What the source ordered.</param>
    /// <param name="nowMs">The source's time.</param>
    /// <param name="surelyMs">A time that the source's clock has certainly reached: a ban that is broken grows.</param>
    public static bool IsStopped(string host, BudgetRecord record, long nowMs, long surelyMs) => record.BannedUntilMs > surelyMs || StopOf(host, record, nowMs) is not null;

    /// <summary>Throws when the source is banned or stopped.</summary>
    /// <inheritdoc cref="IsStopped" path="/param"/>
    public static void ThrowIfStopped(string source, string host, BudgetRecord record, long nowMs, long surelyMs)
    {
        if (record.BannedUntilMs is { } bannedUntilMs && bannedUntilMs > surelyMs)
            throw Until(SourceErrorKind.Banned, $"{source} banned this address", bannedUntilMs, surelyMs);
        if (StopOf(host, record, nowMs) is not { } stop)
            return;
        throw new SourceException(
            Enum.TryParse<SourceErrorKind>(stop.Kind, out var kind) ? kind : SourceErrorKind.Unknown,
            $"{source} is stopped until {TimeText.Iso(stop.UntilMs)}, since {TimeText.Iso(stop.SinceMs)}: {stop.Reason}",
            TimeSpan.FromMilliseconds(stop.UntilMs - nowMs));
    }

    /// <summary>How long a pause lasts.</summary>
    /// <exception cref="SourceException">Longer than is waited in place.</exception>
    public static TimeSpan WaitOrThrow(string source, long untilMs, long nowMs, TimeSpan maxWait)
    {
        var wait = TimeSpan.FromMilliseconds(untilMs - nowMs);
        return wait <= maxWait ? wait : throw Until(SourceErrorKind.RateLimited, $"{source} asked to be left alone", untilMs, nowMs);
    }

    public static SourceException TooHeavy(string source, int weight, int limit) => new(
        SourceErrorKind.BadRequest,
        Line(
            $"{source}: a request of weight {weight} can never be sent: {MinuteBudget.CapOf(limit)} of the {limit} that are allowed in a minute may be spent"));

    public static SourceException TooHeavyAlone(string source, int weight, int share) => new(
        SourceErrorKind.Unavailable,
        Line(
            $"{source}: a request of weight {weight} waits for the shared budget: without it a process may spend {share} a minute (is the database there?)"));

    private static SourceStop? StopOf(string host, BudgetRecord record, long nowMs) =>
        record.Stop is { } stop && stop.UntilMs > nowMs && stop.Host == host ? stop : null;

    private static SourceException Until(SourceErrorKind kind, string what, long untilMs, long nowMs) =>
        new(kind, $"{what} until {TimeText.Iso(untilMs)}; it is not asked before", TimeSpan.FromMilliseconds(untilMs - nowMs));

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
