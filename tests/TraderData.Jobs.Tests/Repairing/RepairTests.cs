using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs.Tests;

public sealed class RepairTests
{
    private const long HourMs = 3_600_000;

    private static readonly Series Hours = World.Series("AAA", "1h");

    private readonly HashSet<long> _absent = [];
    private readonly World _world;

    public RepairTests() => _world = new World { Source = new ModelSource(World.NowMs) { Has = (_, time) => !_absent.Contains(time) } };

    private SeriesInfo Info => _world.Store.Info(Hours)!;

    private RepairOptions Options { get; set; } = new();

    [Fact]
    public async Task Hole_is_asked_for_a_second_time_and_then_no_more()
    {
        await HoleAsync("2024-02-03T05:00Z", 4);
        Assert.Equal(new CauseCounts(0, 4, 0, 0, 0), await CausesAsync());
        _world.Source.Asked.Clear();

        var repair = Assert.Single((await RepairAsync()).Series);

        Assert.Equal("4 bars are due in 1 gap: 0 came, still absent: source_missing 4", repair.Summary);
        Assert.Equal([("AAA", World.Range("2024-02-03T05:00Z", "2024-02-03T09:00Z"))], _world.Source.Asked);
        Assert.Equal(new CauseCounts(0, 0, 4, 0, 0), await CausesAsync());
        Assert.Empty((await RepairAsync()).Series);
        Assert.Single(_world.Source.Asked);
    }

    [Fact]
    public async Task Bars_that_the_source_has_by_now_come_and_nothing_is_made_up()
    {
        await HoleAsync("2024-02-03T05:00Z", 4);
        _absent.Remove(World.Ms("2024-02-03T06:00Z"));

        var repair = Assert.Single((await RepairAsync()).Series);

        Assert.Equal("4 bars are due in 1 gap: 1 came, still absent: source_missing 3", repair.Summary);
        Assert.Equal(BarText.Of(_world.Source.Bars("AAA", Timeframe.H1, World.Range("2024-01-01", "2024-03-01"))), BarText.Of(_world.Store.Bars(Hours)));
    }

    [Fact]
    public async Task What_was_never_asked_between_bars_is_asked_once_and_is_pending_until_the_next_time()
    {
        await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-01-10"));
        await _world.RunAsync(World.Request("AAA", "1h", "2024-02-10", "2024-03-01"));
        Absent("2024-01-20T00:00Z", 24);

        var first = Assert.Single((await RepairAsync()).Series);
        Assert.Equal("744 bars are due in 1 gap: 720 came, still absent: pending 24", first.Summary);
        var second = Assert.Single((await RepairAsync()).Series);
        Assert.Equal("24 bars are due in 1 gap: 0 came, still absent: source_missing 24", second.Summary);
    }

    [Fact]
    public async Task Source_that_fails_is_asked_again_after_ever_longer_waits_until_it_recovers()
    {
        await HoleAsync("2024-02-03T05:00Z", 4);
        _absent.Clear();
        _world.Source.BeforePage = (_, _) => throw new SourceException(SourceErrorKind.Unavailable, "model GET /bars failed: 502");
        var waits = new List<double>();
        var lastMs = _world.Time.NowMs;
        for (var tries = 1; tries <= 9; tries++)
        {
            while ((await RepairAsync()).Series.Count == 0)
                _world.Time.Advance(TimeSpan.FromMinutes(5));
            waits.Add((_world.Time.NowMs - lastMs) / 60_000.0);
            lastMs = _world.Time.NowMs;
            var failure = Assert.Single(Info.Failures);
            Assert.Equal((tries, lastMs, World.Range("2024-02-03T05:00Z", "2024-02-03T09:00Z")), (failure.Tries, failure.AtMs, failure.Range));
        }

        Assert.Equal([0, 15, 30, 60, 120, 240, 480, 960, 1_440], waits);
        Assert.Equal(new CauseCounts(4, 0, 0, 0, 0), await CausesAsync());
        Assert.Equal(9, _world.Source.Asked.Count - 1);

        _world.Source.BeforePage = (_, _) => { };
        Assert.Empty((await RepairAsync()).Series);
        _world.Time.Advance(TimeSpan.FromDays(1));
        var healed = Assert.Single((await RepairAsync()).Series);
        Assert.Equal("4 bars are due in 1 gap: 4 came", healed.Summary);
        Assert.Empty(Info.Failures);
        Assert.Equal(default, await CausesAsync());
    }

    [Fact]
    public async Task Failure_tells_the_operator_what_came_back()
    {
        await HoleAsync("2024-02-03T05:00Z", 4);
        _world.Source.BeforePage = (_, _) => throw new SourceException(SourceErrorKind.Unavailable, "model GET /bars failed: 502");

        var report = await RepairAsync();

        Assert.True(report.Failed);
        Assert.Equal(
            "4 bars are due in 1 gap: 0 came, still absent: fetch_failed 4; failed: model:AAA:1h: model GET /bars failed: 502", Assert.Single(report.Series).Summary);
    }

    [Fact]
    public async Task New_holes_wait_until_the_source_had_time_to_fill_them_in()
    {
        await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-03-10T06:00Z"));
        Absent("2024-03-10T08:00Z", 3);
        await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-03-10T12:00Z"));
        Options = new RepairOptions { VerifyAfter = TimeSpan.FromHours(4) };

        // At 12:34:56 what opened before 08:34:56 is old enough.
        var repair = Assert.Single((await RepairAsync()).Series);
        Assert.Equal([World.Range("2024-03-10T08:00Z", "2024-03-10T08:34:56Z")], Info.Verified);
        Assert.Equal(new CauseCounts(0, 2, 1, 0, 0), await CausesAsync());
        Assert.False(repair.Failed);
    }

    [Fact]
    public async Task Gaps_near_each_other_are_one_request_and_those_far_apart_are_not()
    {
        Absent("2024-01-05T00:00Z", 1);
        Absent("2024-01-20T00:00Z", 1);
        Absent("2024-03-05T00:00Z", 1);
        await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-03-10"));
        _world.Source.Asked.Clear();

        await RepairAsync();

        Assert.Equal(
            [World.Range("2024-01-05T00:00Z", "2024-01-20T01:00Z"), World.Range("2024-03-05T00:00Z", "2024-03-05T01:00Z")],
            _world.Source.Asked.Select(a => a.Range));
        Assert.Equal(new CauseCounts(0, 0, 3, 0, 0), await CausesAsync());
    }

    [Fact]
    public async Task Dry_run_tells_what_is_due_and_asks_nothing()
    {
        await HoleAsync("2024-02-03T05:00Z", 4);
        _world.Source.Asked.Clear();
        var (dump, writes) = (_world.Store.Dump(), _world.Store.Writes);

        var repair = Assert.Single((await RepairAsync(new RepairRequest(DryRun: true))).Series);

        Assert.Equal("4 bars are due in 1 gap", repair.Summary);
        Assert.Equal([new Gap(World.Range("2024-02-03T05:00Z", "2024-02-03T09:00Z"), 4, GapCause.Pending)], repair.Due);
        Assert.Empty(_world.Source.Asked);
        Assert.Equal((dump, writes), (_world.Store.Dump(), _world.Store.Writes));
    }

    [Fact]
    public async Task Only_series_that_are_asked_for_and_have_a_source_are_looked_at()
    {
        await HoleAsync("2024-02-03T05:00Z", 4);
        await _world.RunAsync(World.Request("BBB", "1h", "2024-01-01", "2024-03-01"));
        await _world.Store.WriteAsync(
            new Series("import", "CCC", Timeframe.H1), new BarWrite(_world.Source.Bars("AAA", Timeframe.H1, World.Range("2024-01-01", "2024-03-01")), Provenance.Unknown), CancellationToken.None);

        Assert.Equal(1, (await RepairAsync(new RepairRequest("BBB", DryRun: true))).Looked);
        Assert.Equal(0, (await RepairAsync(new RepairRequest("BBB", Timeframe.D1))).Looked);
        var report = await RepairAsync();
        Assert.Equal((2, 2), (report.Looked, report.Series.Count));
        Assert.DoesNotContain(_world.Source.Asked, a => a.Symbol == "CCC");
    }

    [Fact]
    public async Task Two_at_once_end_as_one_does()
    {
        await HoleAsync("2024-02-03T05:00Z", 4);
        _absent.Remove(World.Ms("2024-02-03T06:00Z"));
        var both = new TaskCompletionSource();
        var asked = 0;
        _world.Source.BeforePageAsync = (_, token) =>
        {
            if (Interlocked.Increment(ref asked) == 2)
                both.SetResult();
            return both.Task.WaitAsync(TimeSpan.FromSeconds(30), token);
        };

        await Task.WhenAll(Task.Run(() => RepairAsync()), Task.Run(() => RepairAsync()));

        Assert.Equal(2, asked);
        Assert.Equal(new CauseCounts(0, 0, 3, 0, 0), await CausesAsync());
        Assert.Equal([World.Range("2024-02-03T05:00Z", "2024-02-03T09:00Z")], Info.Verified);
        Assert.Empty((await RepairAsync()).Series);
    }

    [Fact]
    public Task Whatever_fails_on_the_way_the_store_ends_as_the_source_and_the_ledger_tells_the_rest() => ForSeedsAsync(async seed =>
    {
        var random = new Random(seed);
        var test = new RepairTests();
        var world = test._world;
        for (var i = random.Next(0, 6); i > 0; i--)
            test.Absent(TimeText.Iso(World.Ms("2024-01-01") + (random.Next(1, 1_400) * HourMs)), random.Next(1, 40));
        world.Source.BeforePage = (_, page) =>
        {
            if (random.Next(6) == 0)
                throw random.Next(2) == 0 ? new SourceException(SourceErrorKind.Unavailable, "model GET /bars failed: 502") : new BadDataException("model:AAA:1h", "an HTML page", "JSON");
        };
        await world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-03-01"));
        world.Source.BeforePage = (_, _) => { };
        await world.RunAsync(World.Request("AAA", "1h", "2024-02-28", "2024-03-01") with { Again = true });
        world.Source.BeforePage = (_, _) =>
        {
            if (random.Next(3) == 0)
                throw new SourceException(SourceErrorKind.Unavailable, "model GET /bars failed: 502");
        };
        for (var run = 0; run < 60; run++)
        {
            if (run == 40)
                world.Source.BeforePage = (_, _) => { };
            world.Time.Advance(TimeSpan.FromDays(1));
            await test.RepairAsync();
        }

        if (test.Info is not { FirstMs: { } firstMs, LastMs: { } lastMs })
            return;
        var span = new TimeRange(firstMs, lastMs + 1);
        var truth = world.Source.Bars("AAA", Timeframe.H1, span);
        Assert.Equal(BarText.Of(truth), BarText.Of(world.Store.Bars(Hours)));
        Assert.Equal(new CauseCounts(0, 0, Timeframe.H1.CountIn(span) - truth.Count, 0, 0), await test.CausesAsync());
        Assert.DoesNotContain(test.Info.Failures, f => !f.Range.Intersect(span).IsEmpty);
    });

    [Theory]
    [InlineData(0, 0, 1, "repair retries after must be 1 minute to 30 days, was 00:00:00")]
    [InlineData(0, 10, 5, "repair retries at most after must be 00:10:00 (its first wait) to 30 days, was 00:05:00")]
    [InlineData(50_000, 10, 10, "repair verifies after must be 0 to 30 days, was 34.17:20:00")]
    public void Settings_that_make_no_sense_are_named(int verify, int first, int most, string fault) => Assert.Contains(
        fault,
        new JobsOptions
        {
            Repair = new RepairOptions { VerifyAfter = TimeSpan.FromMinutes(verify), RetryAfter = TimeSpan.FromMinutes(first), RetryAtMost = TimeSpan.FromMinutes(most) },
        }.Check());

    private static async Task ForSeedsAsync(Func<int, Task> check)
    {
        var first = Environment.TickCount;
        for (var seed = first; seed < first + 40; seed++)
        {
            try
            {
                await check(seed);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}", e);
            }
        }
    }

    private void Absent(string start, int hours)
    {
        for (var i = 0; i < hours; i++)
            _absent.Add(World.Ms(start) + (i * HourMs));
    }

    private async Task HoleAsync(string start, int hours)
    {
        Absent(start, hours);
        await _world.RunAsync(World.Request("AAA", "1h", "2024-01-01", "2024-03-01"));
    }

    private Task<RepairReport> RepairAsync(RepairRequest? request = null) =>
        new Repair([_world.Source], _world.Store, _world.Store, _world.Book, Options, _world.BackfillOptions, _world.Time, NullLogger<Repair>.Instance)
            .RunAsync(request ?? new RepairRequest(), TestContext.Current.CancellationToken);

    private async Task<CauseCounts> CausesAsync() =>
        (await CoverageScan.ReadAsync(_world.Store, new SeriesReading(Hours, Info), null, null, TestContext.Current.CancellationToken)).Causes;
}
