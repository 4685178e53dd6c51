using Microsoft.Extensions.Logging;

namespace TraderData.Connectors;

internal static partial class PageLog
{
    // Information: the job tells what came of it; while it narrows a bad answer down, one bad bar refuses dozens of pages.
    [LoggerMessage(EventIds.PageRefused, LogLevel.Information, "A page was refused whole: {Reason}")]
    public static partial void PageRefused(this ILogger logger, string reason);
}
