using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

internal static partial class BuildRoundLog
{
    [LoggerMessage(JobEvents.RoundPublished, LogLevel.Information, "round {Round} is published and current: {Rows} rows, {Bytes} bytes")]
    public static partial void RoundPublished(this ILogger logger, string round, long rows, long bytes);

    [LoggerMessage(JobEvents.RoundDoneBefore, LogLevel.Information, "round {Round} is {State} already: there is none to build before the next time of its schedule")]
    public static partial void RoundDoneBefore(this ILogger logger, string round, string state);
}
