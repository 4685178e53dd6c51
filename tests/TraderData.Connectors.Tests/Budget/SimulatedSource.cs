using TraderData.Simulator;

namespace TraderData.Connectors.Tests;

/// <summary>A source that counts weight as Binance does, with a clock of its own and a way to it that takes time.</summary>
internal sealed class SimulatedSource(VirtualTime time, int limit, TimeSpan ahead, int seed)
{
    private readonly WeightMeter _meter = new(limit, tolerance: int.MaxValue, TimeSpan.FromMinutes(2));
    private readonly Random _random = new(seed);
    private readonly SortedDictionary<long, (int Used, int Limit)> _minutes = [];

    /// <summary>The requests of ours that were answered 429.</summary>
    public int Refused { get; private set; }

    public long NowMs => (time.GetUtcNow() + ahead).ToUnixTimeMilliseconds();

    public int Limit
    {
        get => _meter.Limit;
        set => _meter.Limit = value;
    }

    /// <summary>The share of the limit that was used in each whole minute, in thousandths.</summary>
    public IReadOnlyList<int> Shares => [.. _minutes.Skip(1).SkipLast(1).Select(m => (int)(m.Value.Used * 1_000L / m.Value.Limit))];

    /// <summary>Another program, which knows nothing of us.</summary>
    public void SpendElsewhere(int weight) => Spend(weight);

    /// <summary>Sends a request, and tells the budget what came back.</summary>
    public async Task AskAsync(SourceBudget budget, int weight, RequestPriority priority, Action? sent = null)
    {
        // With a token a semaphore's waiters take a way over other threads.
        using var grant = await budget.AcquireAsync(weight, priority, CancellationToken.None);
        sent?.Invoke();
        await Task.Delay(OneWay(), time);
        var verdict = Spend(weight);
        var nowMs = NowMs;
        await Task.Delay(OneWay(), time);
        grant.ObserveUsed(verdict.Used);
        if (weight == 1)
            budget.Clock.Hear(nowMs, grant.Age);
        if (verdict.RetryAfterSeconds == 0)
            return;
        Refused++;
        budget.Pause(TimeSpan.FromSeconds(verdict.RetryAfterSeconds));
        await budget.ShareAsync();
    }

    // One in a hundred is held up for seconds: a lost packet, a new connection.
    private TimeSpan OneWay() => TimeSpan.FromMilliseconds(_random.Next(100) == 0 ? 2_500 : _random.Next(5, 120));

    private WeightVerdict Spend(int weight)
    {
        var nowMs = NowMs;
        var verdict = _meter.Spend(weight, nowMs);
        _minutes[nowMs / 60_000] = (Math.Min(verdict.Used, _meter.Limit), _meter.Limit);
        return verdict;
    }
}
