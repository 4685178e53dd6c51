using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

/// <summary>What pods of deployments say in the log.</summary>
internal static partial class PodLog
{
    [LoggerMessage(JobEvents.PodMade, LogLevel.Information, "deployment {Deployment} has the pod {Pod}")]
    public static partial void PodMade(this ILogger logger, string deployment, string pod);

    [LoggerMessage(JobEvents.PodNotMade, LogLevel.Warning, "deployment {Deployment} gets no pod: {Reason}")]
    public static partial void PodNotMade(this ILogger logger, string deployment, string reason);

    [LoggerMessage(JobEvents.PodGone, LogLevel.Information, "the pod {Pod} of deployment {Deployment} is gone")]
    public static partial void PodGone(this ILogger logger, string pod, string deployment);
}
