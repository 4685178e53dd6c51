using Microsoft.Extensions.Logging;

namespace TraderData.Connectors;

internal static partial class PageLog
{
    [LoggerMessage(EventIds.PageRefused, LogLevel.Error, "A page was refused whole: {Reason}")]
    public static partial void PageRefused(this ILogger logger, string reason);
}
