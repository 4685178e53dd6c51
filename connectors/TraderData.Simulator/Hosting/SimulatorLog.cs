using Microsoft.Extensions.Logging;

namespace TraderData.Simulator;

/// <summary>What the simulator logs.</summary>
internal static partial class SimulatorLog
{
    [LoggerMessage(EventIds.Started, LogLevel.Information, "Simulated exchange listens on {Url}, market {Market}")]
    public static partial void Started(ILogger logger, Uri url, string market);

    [LoggerMessage(EventIds.FaultGiven, LogLevel.Debug, "Fault {Kind} given to {Target}")]
    public static partial void FaultGiven(ILogger logger, FaultKind kind, string target);

    [LoggerMessage(EventIds.RequestFailed, LogLevel.Error, "Request {Target} failed inside the simulator")]
    public static partial void RequestFailed(ILogger logger, Exception exception, string target);

    private static class EventIds
    {
        public const int Started = 4000;
        public const int FaultGiven = 4001;
        public const int RequestFailed = 4002;
    }
}
