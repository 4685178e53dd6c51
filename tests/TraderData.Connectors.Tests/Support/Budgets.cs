using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

internal static class Budgets
{
    /// <summary>Budgets that need not ask Binance for its limit for ever.</summary>
    public static MemoryBudgetStore WithLimitHeard() => new()
    {
        ["binance"] = new BudgetRecord { Limit = 6_000, LimitHeardMs = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds() },
    };
}
