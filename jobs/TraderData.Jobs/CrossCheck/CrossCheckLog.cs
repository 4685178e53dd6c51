using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

internal static partial class CrossCheckLog
{
    [LoggerMessage(JobEvents.CrossChecked, LogLevel.Information, "cross-check done: {Checks} comparisons of {Bars} bars, {Different} with differences, {NotCompared} not possible")]
    public static partial void CrossChecked(this ILogger logger, int checks, long bars, int different, int notCompared);

    [LoggerMessage(JobEvents.Mismatch, LogLevel.Error, "cross-check: {Summary}")]
    public static partial void Mismatch(this ILogger logger, string summary);
}
