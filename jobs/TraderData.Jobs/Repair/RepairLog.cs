using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Jobs;

internal static partial class RepairLog
{
    [LoggerMessage(JobEvents.RepairedSeries, LogLevel.Information, "{Series}: {Summary}")]
    public static partial void RepairedSeries(this ILogger logger, Series series, string summary);

    [LoggerMessage(JobEvents.RepairDone, LogLevel.Information, "repair done: {Looked} series looked at, {Due} had bars due, {Inserted} bars came; {Failed} failed")]
    public static partial void RepairDone(this ILogger logger, int looked, int due, long inserted, int failed);
}
