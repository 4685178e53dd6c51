using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

internal static partial class TieredLog
{
    [LoggerMessage(2300, LogLevel.Information, "{Series}: {Partition} folded into the lake, {Inserted} bars new, {Changed} changed")]
    public static partial void Folded(ILogger logger, Series series, string partition, long inserted, long changed);

    [LoggerMessage(2301, LogLevel.Error, "{Series}: {Partition} could not be {Done}; its bars stay in the hot tier")]
    public static partial void PassedOver(ILogger logger, Series series, string partition, string done, Exception cause);

    [LoggerMessage(2302, LogLevel.Information, "{Series}: {Partition} dropped from the hot tier, {Rows} bars")]
    public static partial void Pruned(ILogger logger, Series series, string partition, long rows);
}
