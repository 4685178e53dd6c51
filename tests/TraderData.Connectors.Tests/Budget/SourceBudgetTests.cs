using FsCheck;
using FsCheck.Fluent;
using TraderData.Core;

namespace TraderData.Connectors.Tests;

public sealed class SourceBudgetTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ListLogger<SourceBudget> _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Weight_of_any_minute_stays_under_the_limit() => Prop.ForAll(
        ArbMap.Default.ArbFor<PositiveInt>().Generator.ListOf().Zip(Gen.Choose(20, 6_000)).ToArbitrary(),
        run => HoldsAsync([.. run.Item1.Select(w => 1 + (w.Get % 20))], run.Item2).GetAwaiter().GetResult()).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Long_run_uses_five_sixths_of_the_limit()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 1_200);
        for (var i = 0; i < 6_000; i++)
            await budget.AcquireAsync(2, Cancel);
        Assert.InRange(12_000 / (clock.GetUtcNow() - Start).TotalMinutes, 1_000, 1_080);
    }

    [Fact]
    public async Task Request_heavier_than_the_bucket_goes_out_and_is_paid_for_afterwards()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 60);
        await budget.AcquireAsync(20, Cancel);
        Assert.Empty(clock.Waits);
        await budget.AcquireAsync(1, Cancel);
        Assert.InRange(clock.GetUtcNow() - Start, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Callers_at_once_are_all_served_behind_a_pause()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 60);
        budget.Pause(TimeSpan.FromSeconds(10));
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => budget.AcquireAsync(i % 2 == 0 ? 5 : 1, Cancel).AsTask()));
        Assert.Equal(TimeSpan.FromSeconds(10), clock.Waits[0]);

        // A weight of 150 at 51 a minute.
        Assert.InRange(clock.GetUtcNow() - Start, TimeSpan.FromSeconds(170), TimeSpan.FromSeconds(190));
    }

    [Fact]
    public async Task Cancelled_wait_takes_nothing_and_lets_the_next_one_wait()
    {
        var clock = new FastClock(Start) { Jumps = false };
        using var budget = Make(clock, 60);
        budget.Pause(TimeSpan.FromSeconds(10));
        using var stop = new CancellationTokenSource();
        var waiting = budget.AcquireAsync(1, stop.Token).AsTask();
        await clock.WaitBegan.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        clock.Advance(TimeSpan.FromSeconds(30));
        await budget.AcquireAsync(6, Cancel);
    }

    [Fact]
    public async Task Longest_pause_counts()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        budget.Pause(TimeSpan.FromSeconds(40));
        budget.Pause(TimeSpan.FromSeconds(10));
        budget.Pause(null);
        await budget.AcquireAsync(1, Cancel);
        Assert.Equal(TimeSpan.FromSeconds(40), clock.Waits[0]);
        Assert.Single(_log.Lines, l => l.StartsWith("Warning 3010", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pause_beyond_patience_is_an_error_that_tells_how_long()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        budget.Pause(TimeSpan.FromMinutes(6));
        var e = await Assert.ThrowsAsync<SourceException>(() => budget.AcquireAsync(1, Cancel).AsTask());
        Assert.Equal((SourceErrorKind.RateLimited, TimeSpan.FromMinutes(6)), (e.Kind, e.RetryAfter));
        clock.Advance(TimeSpan.FromMinutes(2));
        await budget.AcquireAsync(1, Cancel);
        Assert.Equal(TimeSpan.FromMinutes(4), clock.Waits[0]);
    }

    [Fact]
    public async Task Shorter_ban_does_not_replace_a_longer_one()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        await budget.BanAsync(TimeSpan.FromHours(1));
        await budget.BanAsync(TimeSpan.FromMinutes(1));
        var e = await Assert.ThrowsAsync<SourceException>(() => budget.AcquireAsync(1, Cancel).AsTask());
        Assert.Equal((SourceErrorKind.Banned, TimeSpan.FromHours(1)), (e.Kind, e.RetryAfter));
        Assert.Contains("2024-01-01T01:00:00Z", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ban_that_cannot_be_remembered_is_obeyed_and_logged()
    {
        var clock = new FastClock(Start);
        using var budget = new SourceBudget("binance", new SourceBudgetOptions { LimitPerMinute = 100 }, clock, _log, new FileBanMemory("/proc/nowhere"));
        await budget.BanAsync(null);
        await Assert.ThrowsAsync<SourceException>(() => budget.AcquireAsync(1, Cancel).AsTask());
        Assert.Contains(_log.Lines, l => l.StartsWith("Error 3013", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ban_is_remembered_also_when_its_request_is_given_up()
    {
        var memory = new TokenMemory();
        using var budget = new SourceBudget("binance", new SourceBudgetOptions { LimitPerMinute = 100 }, new FastClock(Start), _log, memory);
        await budget.BanAsync(TimeSpan.FromHours(1));
        Assert.False(memory.Token!.Value.CanBeCanceled);
    }

    [Fact]
    public void Learned_limit_is_kept_and_logged_once()
    {
        using var budget = Make(new FastClock(Start), 1_200);
        budget.LearnLimit(6_000);
        budget.LearnLimit(6_000);
        Assert.Equal(6_000, budget.LimitPerMinute);
        Assert.Equal(["Information 3012 binance allows a weight of 6000 a minute, not 1200 "], _log.Lines);
    }

    [Fact]
    public async Task Ban_file_without_a_time_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("bans-").FullName;
        try
        {
            var memory = new FileBanMemory(folder);
            Assert.Null(await memory.RecallAsync("binance", Cancel));
            await memory.RememberAsync("binance", Start, Cancel);
            await memory.RememberAsync("binance", Start.AddHours(1), Cancel);
            Assert.Equal(Start.AddHours(1), await memory.RecallAsync("binance", Cancel));
            Assert.Single(Directory.GetFiles(folder));
            await File.WriteAllTextAsync(Path.Combine(folder, "binance.ban"), "soon", Cancel);
            await Assert.ThrowsAsync<BadDataException>(() => memory.RecallAsync("binance", Cancel));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private SourceBudget Make(FastClock clock, int limit) => new("binance", new SourceBudgetOptions { LimitPerMinute = limit }, clock, _log);

    private async Task<bool> HoldsAsync(int[] weights, int limit)
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, Math.Max(limit, 200));
        var granted = new List<(DateTimeOffset Time, int Weight)>();
        for (var round = 0; round < 20; round++)
        {
            foreach (var weight in weights)
            {
                await budget.AcquireAsync(weight, Cancel);
                granted.Add((clock.GetUtcNow(), weight));
            }
        }

        // Any minute, wherever it begins.
        for (int first = 0, end = 0, sum = 0; first < granted.Count; sum -= granted[first++].Weight)
        {
            while (end < granted.Count && granted[end].Time < granted[first].Time.AddMinutes(1))
                sum += granted[end++].Weight;
            if (sum > budget.LimitPerMinute)
                return false;
        }

        return true;
    }

    private sealed class TokenMemory : IBanMemory
    {
        public CancellationToken? Token { get; private set; }

        public Task<DateTimeOffset?> RecallAsync(string source, CancellationToken cancellationToken) => Task.FromResult<DateTimeOffset?>(null);

        public Task RememberAsync(string source, DateTimeOffset until, CancellationToken cancellationToken)
        {
            Token = cancellationToken;
            return Task.CompletedTask;
        }
    }
}
