using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

/// <summary>What draining the outbox says in the log.</summary>
internal static partial class OutboxLog
{
    [LoggerMessage(JobEvents.SignalsRefused, LogLevel.Warning, "{Rows} rows of ml.ingest_outbox were refused by their tables and are tried again; last_error says why")]
    public static partial void SignalsRefused(this ILogger logger, int rows);

    [LoggerMessage(JobEvents.SignalsParked, LogLevel.Error, "{Rows} rows of ml.ingest_outbox were refused for the last time and are parked; last_error says why")]
    public static partial void SignalsParked(this ILogger logger, int rows);
}
