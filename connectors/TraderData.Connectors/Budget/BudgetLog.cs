using Microsoft.Extensions.Logging;

namespace TraderData.Connectors;

internal static partial class BudgetLog
{
    [LoggerMessage(EventIds.SourcePaused, LogLevel.Warning, "{Source} is not asked until {Until:O}: {Reason}")]
    public static partial void SourcePaused(this ILogger logger, string source, DateTimeOffset until, string reason);

    [LoggerMessage(EventIds.SourceBanned, LogLevel.Error, "{Source} banned this address until {Until:O}; nothing is asked of it before")]
    public static partial void SourceBanned(this ILogger logger, string source, DateTimeOffset until);

    [LoggerMessage(EventIds.LimitLearned, LogLevel.Information, "{Source} allows a weight of {Limit} a minute, not {Before}")]
    public static partial void LimitLearned(this ILogger logger, string source, int limit, int before);

    [LoggerMessage(EventIds.BanNotRemembered, LogLevel.Error, "The ban of {Source} until {Until:O} could not be kept across a restart")]
    public static partial void BanNotRemembered(this ILogger logger, string source, DateTimeOffset until, Exception error);

    [LoggerMessage(EventIds.BudgetWait, LogLevel.Debug, "{Source}: waiting {Wait} for a weight of {Weight}")]
    public static partial void BudgetWait(this ILogger logger, string source, TimeSpan wait, int weight);
}
