using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

internal static partial class ExportLonaLog
{
    [LoggerMessage(JobEvents.LonaExported, LogLevel.Information, "{Series} is exported to {File}: {Rows} bars, {Missing} missing")]
    public static partial void LonaExported(this ILogger logger, string series, string file, long rows, long missing);

    [LoggerMessage(JobEvents.LonaUploaded, LogLevel.Information, "{Series} is at Lona as {Name}, id {Id}")]
    public static partial void LonaUploaded(this ILogger logger, string series, string name, string id);

    [LoggerMessage(JobEvents.LonaExportFailed, LogLevel.Warning, "export of {Series} for Lona failed: {Reason}")]
    public static partial void LonaExportFailed(this ILogger logger, string series, string reason);
}
