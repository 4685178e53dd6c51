using Microsoft.Extensions.Logging;

namespace TraderData.Api;

/// <summary>What the API says in the log. Paths only, never a query string: one day a query may hold a token.</summary>
internal static partial class ApiLog
{
    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(this ILogger logger, string method, string path, Exception cause);

    [LoggerMessage(EventIds.AnswerBrokenOff, LogLevel.Error, "{Method} {Path} failed after its answer had begun; the connection was broken off")]
    public static partial void AnswerBrokenOff(this ILogger logger, string method, string path, Exception cause);

    [LoggerMessage(EventIds.StoreUnavailable, LogLevel.Warning, "{Method} {Path} was answered 503: {Reason}")]
    public static partial void StoreUnavailable(this ILogger logger, string method, string path, string reason);

    [LoggerMessage(EventIds.NotReady, LogLevel.Warning, "not ready: {Reason}")]
    public static partial void NotReady(this ILogger logger, string reason);
}
