using System.Globalization;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells whether jobs fail all day.</summary>
internal sealed class JobsPart(IJobHistory? history, TimeProvider time) : IHealthPart
{
    private const string Failed = "job:";

    public string Name => "jobs";

    public async Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken)
    {
        if (history is null)
            return [];
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var failing = (await history.SummarizeAsync(cancellationToken)).Where(job => job.Value.FailsAllDay(nowMs)).OrderBy(job => job.Key, StringComparer.Ordinal).ToList();
        return failing.Count == 0
            ? [PartHealth.Ok(Name)]
            : [.. failing.Select(job => Failing(job.Key, job.Value))];
    }

    /// <summary>The sentences of the parts that are jobs: <c>warnings</c>, which were there before the parts.</summary>
    public static IReadOnlyList<string> WarningsOf(IEnumerable<PartHealth> parts) =>
        [.. parts.Where(part => part.Name.StartsWith(Failed, StringComparison.Ordinal)).Select(part => $"job {part.Name[Failed.Length..]} {part.Reason}; {part.Remedy}")];

    private static PartHealth Failing(string name, JobSummary summary) => PartHealth.Degraded(
        Failed + name,
        string.Create(CultureInfo.InvariantCulture, $"failed in all of its {summary.FailedRuns} runs since {TimeText.Iso(summary.FailedSinceMs ?? summary.Last.StartedMs)}; the last error: {summary.Last.Error}"),
        $"look at GET /api/jobs/{name}/runs, put it right, then run it with 'trader-data jobs run {name}'");
}

/// <summary>Tells what sources ordered.</summary>
internal sealed class SourcesPart(IBudgetStore? budgets, TimeProvider time) : IHealthPart
{
    public string Name => "sources";

    public async Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken)
    {
        if (budgets is null)
            return [];
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        return [.. (await budgets.ListAsync(cancellationToken)).OrderBy(budget => budget.Key, StringComparer.Ordinal).Select(budget => Look(budget.Key, budget.Value, nowMs))];
    }

    private static PartHealth Look(string source, BudgetRecord budget, long nowMs)
    {
        var name = $"source:{source}";
        if (budget.BannedUntilMs > nowMs)
            return PartHealth.Degraded(name, $"banned this address until {TimeText.Iso(budget.BannedUntilMs.Value)}", "wait, nothing is asked before; lower what else uses the same address");
        if (budget.Stop is { } stop && stop.UntilMs > nowMs)
            return PartHealth.Degraded(name, $"{stop.Host} does not serve us and is not asked until {TimeText.Iso(stop.UntilMs)}: {stop.Reason}", $"use another address, then: trader-data reopen {source}");
        return budget.PausedUntilMs > nowMs
            ? PartHealth.Degraded(name, $"asked to be left alone until {TimeText.Iso(budget.PausedUntilMs.Value)}", "nothing, unless it comes again: see who else uses the address")
            : PartHealth.Ok(name);
    }
}
