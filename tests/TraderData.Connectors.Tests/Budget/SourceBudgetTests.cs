using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Connectors.Tests;

public sealed class SourceBudgetTests
{
    private static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Uri Url = new("https://api.binance.com");
    private readonly ListLogger<SourceBudget> _log = new();
    private readonly MemoryBudgetStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_that_the_minute_has_no_room_for_waits_for_the_next_one()
    {
        var clock = new FastClock(Start.AddSeconds(58));
        using var budget = Make(clock, 100);
        await AcquireAsync(budget, 90);
        await AcquireAsync(budget, 20);
        Assert.Equal([TimeSpan.FromSeconds(2)], clock.Waits.Take(1));
        Assert.Equal((Minute(1), 110), (_store["binance"].Minute, _store["binance"].Taken + (_store["binance"].Minute == Minute(1) ? 90 : 0)));
    }

    [Fact]
    public async Task Many_requests_need_few_calls_of_the_record()
    {
        var clock = new FastClock(Start.AddSeconds(58));
        using var budget = Make(clock, 6_000);
        for (var i = 0; i < 1_000; i++)
            await AcquireAsync(budget, 2);
        Assert.InRange(_store.Calls, 1, 40);
        Assert.InRange(_store["binance"].Taken, 2_000, 2_000 + (5_820 / 60));
    }

    [Fact]
    public async Task Process_with_little_to_do_keeps_little_from_the_others()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        for (var i = 0; i < 5; i++)
            await AcquireAsync(budget, 2);
        Assert.InRange(_store["binance"].Taken, 10, 20);
    }

    [Fact]
    public async Task What_a_dead_process_took_ends_with_the_minute()
    {
        var clock = new FastClock(Start.AddSeconds(58));
        using (var dead = Make(clock, 100))
            await AcquireAsync(dead, 97);
        using var budget = Make(clock, 100);
        await AcquireAsync(budget, 1);
        Assert.Equal(TimeSpan.FromSeconds(2), Assert.Single(clock.Waits));
        Assert.Equal((Minute(1), 1), (_store["binance"].Minute, _store["binance"].Taken));
    }

    [Fact]
    public async Task Request_in_flight_at_the_turn_of_the_minute_counts_in_both()
    {
        var clock = new FastClock(Start.AddSeconds(58));
        using var budget = Make(clock, 1_000);
        using var open = await budget.AcquireAsync(30, RequestPriority.Backfill, Cancel);
        var answered = await budget.AcquireAsync(20, RequestPriority.Backfill, Cancel);
        clock.Advance(TimeSpan.FromSeconds(3));
        answered.Dispose();
        await AcquireAsync(budget, 1, RequestPriority.Live);
        Assert.Equal((Minute(1), 51), (_store["binance"].Minute, _store["binance"].Taken));
        await AcquireAsync(budget, 1, RequestPriority.Live);
        Assert.InRange(_store["binance"].Taken, 52, 55);
    }

    [Fact]
    public async Task Count_of_the_source_tells_what_others_spend_and_a_count_of_no_certain_minute_does_not()
    {
        var clock = new FastClock(Start.AddSeconds(30));
        using var budget = Make(clock, 1_000);
        budget.Clock.Hear(clock.GetUtcNow().ToUnixTimeMilliseconds(), TimeSpan.Zero);
        using (var grant = await budget.AcquireAsync(10, RequestPriority.Live, Cancel))
            grant.ObserveUsed(410);
        clock.Advance(TimeSpan.FromSeconds(1));
        await AcquireAsync(budget, 1);
        Assert.Equal(400, _store["binance"].Others);

        using (var grant = await budget.AcquireAsync(1, RequestPriority.Live, Cancel))
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            grant.ObserveUsed(900);
        }

        await AcquireAsync(budget, 1);
        Assert.Equal((0, 400), (_store["binance"].Others, _store["binance"].OthersBefore));
    }

    [Fact]
    public async Task Minute_is_that_of_the_sources_clock_and_not_of_ours()
    {
        var clock = new FastClock(Start.AddSeconds(30));
        using var budget = Make(clock, 1_000);
        budget.Clock.Hear(Start.AddSeconds(62).ToUnixTimeMilliseconds(), TimeSpan.FromMilliseconds(80));
        await AcquireAsync(budget, 1);
        Assert.Equal(Minute(1), _store["binance"].Minute);
    }

    [Fact]
    public async Task First_request_of_a_process_whose_clock_is_wrong_counts_in_the_minute_of_the_others()
    {
        var clock = new FastClock(Start.AddHours(-1));
        _store["binance"] = new BudgetRecord { Minute = Minute(0), Taken = 10 };
        using var budget = Make(clock, 1_000);
        await AcquireAsync(budget, 1);
        Assert.Empty(clock.Waits);
        Assert.Equal((Minute(0), 11), (_store["binance"].Minute, _store["binance"].Taken));
    }

    [Fact]
    public async Task Record_of_a_wrong_clock_is_put_right_and_the_minute_is_not_spent_twice()
    {
        var clock = new FastClock(Start.AddSeconds(50));
        _store["binance"] = new BudgetRecord { Minute = Minute(60), Taken = 1 };
        using var budget = Make(clock, 1_000);
        budget.Clock.Hear(clock.GetUtcNow().ToUnixTimeMilliseconds(), TimeSpan.Zero);
        await AcquireAsync(budget, 1);
        Assert.InRange(clock.GetUtcNow() - Start, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60.01));
        Assert.Equal((Minute(1), 1), (_store["binance"].Minute, _store["binance"].Taken));
    }

    [Fact]
    public async Task Request_that_can_never_be_sent_is_refused_with_the_reason()
    {
        using var budget = Make(new FastClock(Start), 20);
        var e = await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(budget, 20));
        Assert.Equal("binance: a request of weight 20 can never be sent: 19 of the 20 that are allowed in a minute may be spent", e.Message);
    }

    [Fact]
    public async Task Cancelled_wait_takes_nothing_and_lets_the_next_one_go()
    {
        var clock = new FastClock(Start) { Jumps = false };
        using var budget = Make(clock, 60);
        budget.Pause(TimeSpan.FromSeconds(10));
        using var stop = new CancellationTokenSource();
        var waiting = budget.AcquireAsync(1, RequestPriority.Backfill, stop.Token).AsTask();
        await clock.WaitBegan.Task.WaitAsync(Cancel);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, _store["binance"].Taken);
        clock.Advance(TimeSpan.FromSeconds(30));
        await AcquireAsync(budget, 6);
        Assert.Equal(6, _store["binance"].Taken);
    }

    [Fact]
    public async Task Live_request_does_not_queue_behind_backfills_that_wait()
    {
        var clock = new FastClock(Start) { Jumps = false };
        using var budget = Make(clock, 1_000);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var backfills = Enumerable.Range(0, 200).Select(_ => budget.AcquireAsync(5, RequestPriority.Backfill, stop.Token).AsTask()).ToArray();
        await clock.WaitBegan.Task.WaitAsync(Cancel);
        var sent = backfills.Count(b => b.IsCompletedSuccessfully);
        Assert.InRange(sent * 5, 45, 60);
        for (var i = 0; i < 100; i++)
            await AcquireAsync(budget, 5, RequestPriority.Live);
        Assert.Equal(sent, backfills.Count(b => b.IsCompletedSuccessfully));
        await stop.CancelAsync();
        await Task.WhenAll(backfills).ContinueWith(_ => { }, TaskScheduler.Default);
    }

    [Fact]
    public async Task Longest_pause_counts()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        budget.Pause(TimeSpan.FromSeconds(40));
        budget.Pause(TimeSpan.FromSeconds(10));
        budget.Pause(null);
        await AcquireAsync(budget, 1);
        Assert.Equal(TimeSpan.FromSeconds(40), clock.Waits[0]);
        Assert.Single(_log.Lines, l => l.StartsWith("Warning 3010", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pause_beyond_patience_is_an_error_that_tells_how_long()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        budget.Pause(TimeSpan.FromMinutes(6));
        var e = await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(budget, 1));
        Assert.Equal((SourceErrorKind.RateLimited, TimeSpan.FromMinutes(6)), (e.Kind, e.RetryAfter));
        clock.Advance(TimeSpan.FromMinutes(2));
        await AcquireAsync(budget, 1);
        Assert.Equal(TimeSpan.FromMinutes(4), clock.Waits[0]);
    }

    [Fact]
    public async Task Pause_and_ban_are_obeyed_by_other_processes_and_after_a_restart()
    {
        var clock = new FastClock(Start);
        using var first = Make(clock, 6_000);
        using var second = Make(clock, 6_000);
        await AcquireAsync(second, 1);
        first.Pause(TimeSpan.FromSeconds(30));
        await first.ShareAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        await AcquireAsync(second, 1);
        Assert.Equal(TimeSpan.FromSeconds(29), Assert.Single(clock.Waits));

        first.Ban(TimeSpan.FromHours(1));
        await first.ShareAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        using var restarted = Make(clock, 6_000);
        foreach (var process in new[] { second, restarted })
        {
            var e = await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(process, 1));
            Assert.Equal((SourceErrorKind.Banned, "binance banned this address until 2024-01-01T01:05:30Z; it is not asked before"), (e.Kind, e.Message));
        }
    }

    [Fact]
    public async Task Ban_counts_from_the_latest_time_that_the_source_can_have_told_it()
    {
        // The time was heard a quarter of a minute after it was told: a process that hears it at once must not find the ban over so much too early.
        var clock = new FastClock(Start);
        using var slow = Make(clock, 6_000);
        slow.Clock.Hear(Start.ToUnixTimeMilliseconds(), TimeSpan.FromSeconds(15));
        slow.Ban(TimeSpan.FromMinutes(10));
        await slow.ShareAsync();
        using var quick = Make(clock, 6_000);
        clock.Advance(TimeSpan.FromMinutes(9));
        quick.Clock.Hear(Start.AddMinutes(9).AddSeconds(15).ToUnixTimeMilliseconds(), TimeSpan.Zero);
        clock.Advance(TimeSpan.FromSeconds(59));
        await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(quick, 1));
        clock.Advance(TimeSpan.FromSeconds(2));
        await AcquireAsync(quick, 1);
    }

    [Fact]
    public async Task Shorter_ban_does_not_replace_a_longer_one()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        budget.Ban(TimeSpan.FromHours(1));
        budget.Ban(TimeSpan.FromMinutes(1));
        var e = await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(budget, 1));
        // And twice five minutes, while the source's clock was not heard: ours may have been behind when the ban began, and be ahead when it ends.
        Assert.Equal((SourceErrorKind.Banned, TimeSpan.FromMinutes(70)), (e.Kind, e.RetryAfter));
    }

    [Fact]
    public async Task Stop_is_of_one_host_and_ends_when_an_operator_lifts_it()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        budget.Stop(new SourceException(SourceErrorKind.RegionBlocked, "binance: GET /x answered 451: no"));
        await budget.ShareAsync();
        using var elsewhere = new SourceBudget("binance", new Uri("https://data-api.binance.vision"), new() { LimitPerMinute = 6_000 }, _store, clock, _log);
        await AcquireAsync(elsewhere, 1);
        await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(budget, 1));
        await _store.UpdateAsync("binance", r => (r with { Stop = null }, 0), Cancel);
        clock.Advance(TimeSpan.FromSeconds(1));
        await AcquireAsync(budget, 1);
    }

    [Fact]
    public async Task Ban_that_cannot_be_shared_is_obeyed_and_logged_and_told_later()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 100);
        _store.Fault = "no database";
        budget.Ban(null);
        await budget.ShareAsync();
        await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(budget, 1));
        Assert.Contains(_log.Lines, l => l.StartsWith("Error 3013", StringComparison.Ordinal));
        _store.Fault = null;
        clock.Advance(TimeSpan.FromSeconds(6));
        await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(budget, 1));
        Assert.Equal(Start.AddMinutes(7).ToUnixTimeMilliseconds(), _store["binance"].BannedUntilMs);
    }

    [Fact]
    public async Task Process_that_cannot_reach_the_record_says_so_and_spends_a_fortieth_alone()
    {
        var clock = new FastClock(Start);
        using var budget = Make(clock, 6_000);
        await AcquireAsync(budget, 2);
        _store.Fault = "no database";
        clock.Advance(TimeSpan.FromSeconds(1));
        var granted = new List<long>();
        for (var i = 0; i < 300; i++)
        {
            await AcquireAsync(budget, 2);
            granted.Add(clock.GetUtcNow().ToUnixTimeMilliseconds() / 60_000);
        }

        // What was leased of this minute is used up; nothing more is spent in it.
        Assert.Equal([150, 150, 150, 150], granted.GroupBy(m => m).Select(m => m.Count() * 2));
        Assert.Equal(Minute(1), granted[0]);
        Assert.Equal(
            ["Error 3016 binance: the budget that all processes share cannot be reached; until it can, this one spends a weight of 150 a minute: no database "],
            _log.Lines.Where(l => l.StartsWith("Error", StringComparison.Ordinal)));
        var e = await Assert.ThrowsAsync<SourceException>(() => AcquireAsync(budget, 200));
        Assert.Equal((SourceErrorKind.Unavailable, true), (e.Kind, e.IsTransient));

        _store.Fault = null;
        clock.Advance(TimeSpan.FromMinutes(1));
        await AcquireAsync(budget, 200);
        Assert.Contains(_log.Lines, l => l.StartsWith("Information 3017", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Learned_limit_is_logged_once_and_known_to_other_processes()
    {
        using var budget = Make(new FastClock(Start), 1_200);
        budget.LearnLimit(6_000);
        budget.LearnLimit(6_000);
        Assert.Equal(6_000, budget.LimitPerMinute);
        Assert.Equal(["Information 3012 binance allows a weight of 6000 a minute, not 1200 "], _log.Lines);
        await AcquireAsync(budget, 1);
        using var other = Make(new FastClock(Start), 1_200);
        await AcquireAsync(other, 1);
        Assert.Equal(6_000, other.LimitPerMinute);
    }

    private static long Minute(int number) => (Start.ToUnixTimeMilliseconds() / 60_000) + number;

    private static async Task AcquireAsync(SourceBudget budget, int weight, RequestPriority priority = RequestPriority.Backfill)
    {
        using var grant = await budget.AcquireAsync(weight, priority, Cancel);
    }

    private SourceBudget Make(FastClock clock, int limit) => new("binance", Url, new SourceBudgetOptions { LimitPerMinute = limit }, _store, clock, _log);
}
