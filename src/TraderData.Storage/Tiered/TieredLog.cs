using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

internal static partial class TieredLog
{
    [LoggerMessage(2300, LogLevel.Information, "{Series}: {Partition} folded into the lake, {Inserted} bars new, {Changed} changed")]
    public static partial void Folded(ILogger logger, Series series, string partition, long inserted, long changed);

    [LoggerMessage(2301, LogLevel.Error, "{Series} could not be sealed; its bars stay in the hot tier")]
    public static partial void NotSealed(ILogger logger, Series series, Exception cause);
}
