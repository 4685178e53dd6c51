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

    [LoggerMessage(EventIds.LimitNotLearned, LogLevel.Warning, "{Source} did not tell its limit, {Limit} a minute is kept to: {Reason}")]
    public static partial void LimitNotLearned(this ILogger logger, string source, int limit, string reason);

    [LoggerMessage(EventIds.SourceStopped, LogLevel.Error, "{Source} does not serve us and is not asked until {Until:O}: {Reason}")]
    public static partial void SourceStopped(this ILogger logger, string source, DateTimeOffset until, string reason);

    [LoggerMessage(EventIds.BudgetNotShared, LogLevel.Error,
        "{Source}: this process obeys what the source ordered, but could not tell other processes, nor remember it across a restart: {Reason}")]
    public static partial void BudgetNotShared(this ILogger logger, string source, string reason);

    [LoggerMessage(EventIds.BudgetAlone, LogLevel.Error,
        "{Source}: the budget that all processes share cannot be reached; until it can, this one spends a weight of {Share} a minute: {Reason}")]
    public static partial void BudgetAlone(this ILogger logger, string source, int share, string reason);

    [LoggerMessage(EventIds.BudgetSharedAgain, LogLevel.Information, "{Source}: the shared budget is there again")]
    public static partial void BudgetSharedAgain(this ILogger logger, string source);

    [LoggerMessage(EventIds.BudgetWait, LogLevel.Debug, "{Source}: waiting {Wait} for a weight of {Weight}")]
    public static partial void BudgetWait(this ILogger logger, string source, TimeSpan wait, int weight);
}
