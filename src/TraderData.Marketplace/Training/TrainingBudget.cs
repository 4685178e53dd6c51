using System.Text.Json;

namespace TraderData.Marketplace;

/// <summary>How long a run may run for what its vendor wants to spend.</summary>
public static class TrainingBudget
{
    // A year: longer than any provider lets a job run, and small enough to be a TimeSpan.
    private const decimal MostHours = 8_760;

    /// <summary>The time that a run's budget allows: the smaller of <c>max_hours</c> and of <c>max_cost_usd</c> at a price.</summary>
    /// <param name="spec">The run's spec.</param>
    /// <param name="costPerHourUsd">What an hour costs; 0 when that is not known, and <c>max_cost_usd</c> bounds nothing.</param>
    /// <returns>Null when the budget bounds nothing.</returns>
    public static TimeSpan? LimitOf(JsonElement spec, decimal costPerHourUsd)
    {
        if (spec.ValueKind != JsonValueKind.Object || !spec.TryGetProperty("budget", out var budget) || budget.ValueKind != JsonValueKind.Object)
            return null;
        var byTime = NumberOf(budget, "max_hours");
        var byCost = costPerHourUsd > 0 ? HoursFor(NumberOf(budget, "max_cost_usd"), costPerHourUsd) : null;
        if ((byTime ?? byCost) is not { } hours)
            return null;
        hours = Math.Min(Math.Min(hours, byCost ?? hours), MostHours);
        return TimeSpan.FromTicks((long)decimal.Floor(hours * TimeSpan.TicksPerHour));
    }

    // What would be more than a year is not divided: a small price may make it more than a decimal holds.
    private static decimal? HoursFor(decimal? cost, decimal costPerHour) => cost is { } usd ? (usd >= costPerHour * MostHours ? MostHours : usd / costPerHour) : null;

    private static decimal? NumberOf(JsonElement budget, string name) =>
        budget.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number > 0 ? number : null;
}
