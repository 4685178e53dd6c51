using Quartz;

namespace TraderData.Jobs;

/// <summary>What a provider did not do within one turn.</summary>
/// <param name="Asked">How many things were asked for.</param>
/// <param name="Faults">What it said to those that it did not do.</param>
internal sealed record TurnReport(int Asked, IReadOnlyList<string> Faults);

/// <summary>Makes a job whose provider did not do all that it was asked a failed one in the scheduler's history.</summary>
internal static class TurnFaults
{
    /// <summary>Throws when there were faults.</summary>
    /// <exception cref="JobExecutionException">With the first of them.</exception>
    public static void Throw(TurnReport report, string what)
    {
        if (report.Faults.Count > 0)
            throw new JobExecutionException($"{report.Faults.Count} of {report.Asked} {what} could not be advanced: {report.Faults[0]}");
    }
}
