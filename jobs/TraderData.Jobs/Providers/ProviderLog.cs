using Microsoft.Extensions.Logging;

namespace TraderData.Jobs;

/// <summary>What providers that do not do what they are asked say in the log: our own words.</summary>
internal static partial class ProviderLog
{
    [LoggerMessage(JobEvents.ProviderFault, LogLevel.Warning, "{Id} is not advanced in this turn: {Reason}")]
    public static partial void ProviderFault(this ILogger logger, string id, string reason);
}
