using Microsoft.Extensions.Logging;

namespace TraderData.Storage;

internal static partial class BlobsLog
{
    [LoggerMessage(2000, LogLevel.Debug, "{Where}: another writer was faster (try {Attempt}); reading and merging again")]
    public static partial void Conflict(ILogger logger, string where, int attempt);
}
