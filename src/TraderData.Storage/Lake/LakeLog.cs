using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

internal static partial class LakeLog
{
    [LoggerMessage(2100, LogLevel.Information, "{Series}: {Changed} stored bars of {Partition} got other values")]
    public static partial void Restated(ILogger logger, Series series, long changed, string partition);
}
