using Microsoft.Extensions.Logging;

namespace TraderData.Connectors;

internal static partial class SourceHttpLog
{
    [LoggerMessage(EventIds.RetryFollows, LogLevel.Warning, "{Reason} Try {Attempt} follows in {Delay}")]
    public static partial void RetryFollows(this ILogger logger, string reason, int attempt, TimeSpan delay);
}
