namespace TraderData.Connectors;

/// <summary>The right to send one request. Disposed of when its answer is there or will not come.</summary>
public sealed class BudgetGrant : IDisposable
{
    private readonly SourceBudget _budget;

    internal BudgetGrant(SourceBudget budget, int weight, long minute, long timestamp) =>
        (_budget, Weight, SentMinute, Minute, Timestamp) = (budget, weight, minute, minute, timestamp);

    /// <summary>How long ago it was given.</summary>
    public TimeSpan Age => _budget.AgeOf(this);

    internal int Weight { get; }

    internal long SentMinute { get; }

    /// <summary>The last minute that the weight was taken for.</summary>
    internal long Minute { get; set; }

    internal long Timestamp { get; }

    /// <summary>Takes over the source's own count of what was used in its present minute, by us and by others at our address.</summary>
    public void ObserveUsed(int used) => _budget.ObserveUsed(this, used);

    /// <inheritdoc/>
    public void Dispose() => _budget.Finish(this);
}
