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

    [LoggerMessage(2204, LogLevel.Information, "{Database}: writes of other processes are told of")]
    public static partial void Listening(ILogger logger, string database);

    [LoggerMessage(2205, LogLevel.Warning, "{Database}: writes of other processes are not told of ({Reason}); they are asked for from time to time")]
    public static partial void NotListening(ILogger logger, string database, string reason);
}
