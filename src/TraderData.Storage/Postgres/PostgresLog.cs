using Microsoft.Extensions.Logging;

namespace TraderData.Storage;

internal static partial class PostgresLog
{
    [LoggerMessage(2200, LogLevel.Information, "{Database}: migration {Migration} applied")]
    public static partial void MigrationApplied(ILogger logger, string database, string migration);

    [LoggerMessage(2201, LogLevel.Information, "{Database}: {Notice}")]
    public static partial void Notice(ILogger logger, string database, string notice);

    [LoggerMessage(2202, LogLevel.Information, "{Series}: {Changed} stored bars from {From} to {To} got other values")]
    public static partial void Restated(ILogger logger, string series, long changed, string from, string to);

    [LoggerMessage(2203, LogLevel.Warning, "{Series}: rows appeared while {Rows} bars were copied straight in ({Reason}); they go through a staging table instead")]
    public static partial void Restaged(ILogger logger, string series, int rows, string reason);
}
