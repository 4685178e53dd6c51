using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

internal static partial class LakeLog
{
    [LoggerMessage(2100, LogLevel.Information, "{Series}: {Changed} stored bars of {Partition} got other values")]
    public static partial void Restated(ILogger logger, Series series, long changed, string partition);

    [LoggerMessage(2101, LogLevel.Error, "{Series} is listed without what a damaged file holds")]
    public static partial void Damaged(ILogger logger, Series series, Exception cause);
}
