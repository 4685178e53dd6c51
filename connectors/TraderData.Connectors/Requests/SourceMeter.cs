using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace TraderData.Connectors;

/// <summary>
/// What sources are asked, and what they let us ask, by source: meter <c>TraderData.Connectors</c>, <c>source.requests</c> (also by outcome), <c>budget.taken</c>, <c>budget.limit</c> and
/// <c>budget.blocked</c>, as this process knows them.
/// </summary>
internal static class SourceMeter
{
    private static readonly Meter Meter = new("TraderData.Connectors");
    private static readonly Counter<long> Requests = Meter.CreateCounter<long>("source.requests", description: "Requests that were sent to sources, each try counted");

    // The last budget that was made for a source: a process has one.
    private static readonly ConcurrentDictionary<string, SourceBudget> Budgets = new(StringComparer.Ordinal);

    static SourceMeter()
    {
        Meter.CreateObservableGauge("budget.taken", () => Look(state => state.Taken), description: "Weight that all processes took in the source's present minute, as last heard");
        Meter.CreateObservableGauge("budget.limit", () => Look(state => state.Limit), description: "Weight that the source allows in a minute");
        Meter.CreateObservableGauge("budget.blocked", () => Look(state => state.Blocked), "s", "For how long the source is not to be asked: a pause, a ban, or a refusal for good");
    }

    /// <summary>Publishes a budget, in place of one of the same source.</summary>
    public static void Publish(SourceBudget budget) => Budgets[budget.Source] = budget;

    /// <summary>Takes note of a request.</summary>
    /// <param name="source">Whose.</param>
    /// <param name="error">What came of it; null for an answer.</param>
    public static void Count(string source, SourceErrorKind? error) =>
        Requests.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("outcome", error is { } kind ? NameOf(kind) : "ok"));

    private static IEnumerable<Measurement<double>> Look(Func<BudgetState, double> value) =>
        Budgets.Select(budget => new Measurement<double>(value(budget.Value.Look()), new KeyValuePair<string, object?>("source", budget.Key)));

    // RateLimited is rate_limited: words of labels are lower case.
    private static string NameOf(SourceErrorKind kind)
    {
        var name = new StringBuilder();
        foreach (var c in kind.ToString())
        {
            if (char.IsUpper(c) && name.Length > 0)
                name.Append('_');
            name.Append(char.ToLowerInvariant(c));
        }

        return name.ToString();
    }
}

/// <summary>What a process knows of a budget.</summary>
/// <param name="Taken">Weight that was taken in the source's present minute.</param>
/// <param name="Limit">Weight that is allowed in one.</param>
/// <param name="Blocked">Seconds for which the source is not asked; 0 when it may be.</param>
internal readonly record struct BudgetState(int Taken, int Limit, double Blocked);
