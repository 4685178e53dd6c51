using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

/// <summary>What training runs say in the log: ids and our own words; of what a provider wrote a status at most.</summary>
internal static partial class TrainingLog
{
    [LoggerMessage(JobEvents.RunHandedOver, LogLevel.Information, "training run {Run} is handed over: {ProviderId}")]
    public static partial void RunHandedOver(this ILogger logger, string run, string providerId);

    [LoggerMessage(JobEvents.RunNotHandedOver, LogLevel.Warning, "training run {Run} is not handed over: {Reason}")]
    public static partial void RunNotHandedOver(this ILogger logger, string run, string reason);

    [LoggerMessage(JobEvents.RunUnclear, LogLevel.Error, "training run {Run} was to be handed over, and nobody knows whether it was: look for its run_id in the provider's console, and stop it there if it is there")]
    public static partial void RunUnclear(this ILogger logger, string run);

    [LoggerMessage(JobEvents.RunEnded, LogLevel.Information, "training run {Run} is {Status}")]
    public static partial void RunEnded(this ILogger logger, string run, string status);

    [LoggerMessage(JobEvents.RunWithdrawn, LogLevel.Information, "training run {Run} waited too long as {ProviderId} and is handed over anew")]
    public static partial void RunWithdrawn(this ILogger logger, string run, string providerId);

    [LoggerMessage(JobEvents.RunStopped, LogLevel.Information, "training run {Run} is over, and nothing of {ProviderId} is left at its provider")]
    public static partial void RunStopped(this ILogger logger, string run, string providerId);

    [LoggerMessage(JobEvents.RunStatusUnknown, LogLevel.Warning, "training run {Run} has a status at its provider that is not known here and is left as it is: {Status}")]
    public static partial void RunStatusUnknown(this ILogger logger, string run, string status);
}
