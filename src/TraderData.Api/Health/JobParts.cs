using TraderData.Core;

namespace TraderData.Api;

/// <summary>Tells whether jobs fail all day.</summary>
internal sealed class JobsPart(IJobHistory? history, TimeProvider time) : IHealthPart
{
    public string Name => "jobs";

    public async Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken)
    {
        if (history is null)
            return [];
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var failing = (await history.SummarizeAsync(cancellationToken)).Where(job => job.Value.FailsAllDay(nowMs)).OrderBy(job => job.Key, StringComparer.Ordinal).ToList();
        return failing.Count == 0
            ? [PartHealth.Ok(Name)]
            : [.. failing.Select(job => PartHealth.Degraded(
                $"job:{job.Key}", $"failed in all of its {job.Value.FailedRuns} runs of a day; the last error: {job.Value.Last.Error}", $"look at GET /api/jobs/{job.Key}/runs, put it right, then run it: trader-data jobs run {job.Key}"))];
    }
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
