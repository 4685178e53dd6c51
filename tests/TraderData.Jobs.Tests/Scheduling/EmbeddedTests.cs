using System.Diagnostics.Metrics;
using Microsoft.Extensions.Options;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Jobs.Tests;

public sealed class EmbeddedTests
{
    private readonly World _world = new();
    private readonly FiringLog _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Worker_in_memory_fetches_every_series_at_its_start()
    {
        await using var worker = await Worker.StartAsync(_world, _log, null, watchList: ["model:AAA@1m,1d", "model:BBB@1m"]);

        await _log.WhenAsync(done => done.Count(f => f.TriggerGroup == "catch-up") == 2);

        Assert.Equal(["model:AAA:1d", "model:AAA:1m", "model:BBB:1m"], (await _world.Store.ListAsync(Cancel)).Select(s => s.Series.ToString()));
        Assert.Equal(["model:1d 2 0 0 * * ?", "model:1m 2 * * * * ?"], await worker.TriggersAsync());
    }

    [Fact]
    public async Task Ingest_with_a_failing_series_is_a_failed_job()
    {
        _world.Source.BeforePage = (_, _) => throw new BadDataException("model:AAA:1m row 3", "low 0", "a price greater than 0");
        await using var worker = await Worker.StartAsync(_world, _log, null, watchList: "model:AAA@1m");

        await _log.WhenAsync(done => done.Any());

        Assert.Contains("1 of 1 series failed: model:AAA:1m row 3: low 0; expected a price greater than 0", _log.Done.First().Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failed_job_is_tried_again_before_its_next_time_until_it_succeeds()
    {
        var asked = 0;
        _world.Source.BeforePage = (_, _) =>
        {
            if (Interlocked.Increment(ref asked) <= 2)
                throw new Connectors.SourceException(Connectors.SourceErrorKind.Unavailable, "model is down");
        };
        await using var worker = await Worker.StartAsync(_world, _log, null, firstRetry: TimeSpan.FromMilliseconds(20), watchList: "model:AAA@1w");

        await _log.WhenAsync(done => done.Any(f => f.Error is null));

        Assert.Equal([false, false, true], _log.Done.Select(f => f.Error is null));
        Assert.NotNull(await _world.Store.FindAsync(World.Series("AAA", "1w"), Cancel));
    }

    [Fact]
    public async Task Yesterday_of_what_is_watched_is_read_again()
    {
        await using var worker = await Worker.StartAsync(_world, _log, null, rereadCron: "* * * * * ?", watchList: "model:AAA@1h");

        await _log.WhenAsync(done => done.Any(f => f.Job == "reread"));

        Assert.Null(_log.Done.First(f => f.Job == "reread").Error);
        Assert.Contains(_world.Source.Asked, asked => asked.Range == World.Range("2024-03-09", "2024-03-10"));
    }

    [Fact]
    public async Task Runs_are_kept_with_what_they_wrote_or_why_they_failed()
    {
        await using (await Worker.StartAsync(_world, _log, null, watchList: ["model:AAA@1h"]))
            await WhenKeptAsync(1);
        var good = _world.History.Runs.Single();
        Assert.Equal(("ingest:model:1h", JobOutcome.Succeeded, new WriteResult(1_440, 0, 0), null), (good.Job, good.Outcome, good.Written, good.Error));
        Assert.True(good.EndedMs >= good.StartedMs);

        _world.Source.BeforePage = (_, _) => throw new BadDataException("model:AAA:1h row 3", "low 0", new string('x', 5_000));
        await using (await Worker.StartAsync(_world, _log, null, watchList: ["model:AAA@1h"]))
            await WhenKeptAsync(2);
        var bad = _world.History.Runs.Last();
        Assert.Equal((JobOutcome.Failed, JobRun.MaxErrorLength), (bad.Outcome, bad.Error!.Length));
        Assert.StartsWith("1 of 1 series failed: model:AAA:1h row 3: low 0; expected xxx", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_is_listed_paused_resumed_and_run_by_its_name()
    {
        await using var worker = await Worker.StartAsync(_world, _log, null, watchList: ["model:AAA@1h", "model:BBB@1h", "model:AAA@1d"]);
        await WhenKeptAsync(2);
        var jobs = await IngestsAsync(worker);
        Assert.Equal(["ingest:model:1d 2 0 0 * * ? 1", "ingest:model:1h 2 0 * * * ? 2"], jobs.Select(job => $"{job.Name} {job.Schedule} {job.Series.Count}"));
        Assert.All(jobs, job => Assert.True(job is { IsPaused: false, NextMs: > 0 }));

        Assert.True(await worker.Control.PauseAsync("ingest:model:1h", Cancel));
        Assert.Equal([(false, true), (true, false)], (await IngestsAsync(worker)).Select(job => (job.IsPaused, job.NextMs.HasValue)));
        Assert.True(await worker.Control.RunAsync("ingest:model:1h", Cancel));
        await WhenKeptAsync(3);
        Assert.Equal("ingest:model:1h", _world.History.Runs.Last().Job);
        Assert.True(await worker.Control.ResumeAsync("ingest:model:1h", Cancel));
        Assert.All(await IngestsAsync(worker), job => Assert.False(job.IsPaused));
        foreach (var name in new[] { "ingest", "ingest:model:1m", "", ":", "seal" })
            Assert.False(await worker.Control.RunAsync(name, Cancel), name);
    }

    [Fact]
    public async Task Lag_of_an_ingest_is_measured_and_grows_while_none_runs()
    {
        var lags = new List<(double Lag, string Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == "TraderData.Jobs")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((_, lag, tags, _) => lags.Add((lag, string.Join(' ', tags.ToArray().Select(t => $"{t.Value}")))));
        listener.Start();
        await using var worker = await Worker.StartAsync(_world, _log, null, watchList: ["model:LAGGING@1h"]);
        await WhenKeptAsync(1);
        listener.RecordObservableInstruments();

        // The source's clock stands in 2024, ours does not: the first bar that is not known closed an hour behind the end of what is.
        var end = Timeframe.H1.Floor(World.NowMs);
        var expected = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - end - 3_600_000) / 1_000.0;
        Assert.Contains(lags, l => l.Tags == "model 1h" && Math.Abs(l.Lag - expected) < 60);
    }

    [Fact]
    public async Task Sealer_that_is_registered_is_run()
    {
        var sealer = new CountingSealer();
        await using var worker = await Worker.StartAsync(_world, _log, null, sealer: sealer);

        await _log.WhenAsync(done => done.Count() >= 2);

        Assert.True(sealer.Calls >= 2, $"{sealer.Calls} calls");
    }

    [Fact]
    public async Task Outbox_is_drained_a_hundred_rows_at_a_time_while_whole_passes_go_through()
    {
        var outbox = new CountedOutbox([new(100, 0, 0), new(100, 0, 0), new(60, 30, 10)]);
        var logs = new Testing.CapturedLog();
        await using var worker = await Worker.StartAsync(_world, _log, null, logs: logs, outbox: outbox);

        await _log.WhenAsync(done => done.Count(f => f.Job == "drain-outbox") >= 2);

        Assert.All(outbox.Asked, max => Assert.Equal(100, max));
        Assert.Equal(new WriteResult(260, 0, 0), _world.History.Runs.First(run => run.Job == "drain-outbox").Written);
        Assert.Contains(logs.Entries, entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Error && entry.Text.StartsWith("10 rows of ml.ingest_outbox", StringComparison.Ordinal));
        Assert.Contains(logs.Entries, entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Warning && entry.Text.StartsWith("30 rows of ml.ingest_outbox", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Worker_with_a_source_that_is_not_there_does_not_start()
    {
        var e = await Assert.ThrowsAsync<OptionsValidationException>(() => Worker.StartAsync(_world, _log, null, watchList: "moon:AAA@1m"));

        Assert.Equal(["watch list: source must be one of model, was 'moon'"], e.Failures);
    }

    [Fact]
    public void Options_with_faults_tell_all_of_them()
    {
        var options = new JobsOptions
        {
            WatchList = new WatchListOptions { Entries = ["x"] },
            Backfill = new BackfillOptions { ParallelSeries = 0 },
            Ingest = new IngestOptions { FirstBars = 0, RereadBars = -1 },
            MaxConcurrentJobs = 0,
            RereadCron = "daily",
            CrossCheckCron = "now",
            CrossCheckSeries = -1,
            SealCron = "often",
            PruneCron = "never",
            DrainOutboxCron = "always",
            AdvanceCron = "soon",
            BuildRound = new BuildRoundOptions { Cron = "weekly" },
        };

        Assert.Equal(
            [
                "watch list: an entry must be like binance:BTCUSDT@1m,1h or binance:*USDT@1m, was 'x'",
                "parallel series must be 1 to 64, was 0",
                "first bars must be 1 to 1000000, was 0",
                "reread bars must be 0 to 10000, was -1",
                "build-round cron must be a Quartz cron expression such as 0 30 3 ? * MON, was 'weekly'",
                "concurrent jobs must be 1 to 100, was 0",
                "reread cron must be a Quartz cron expression such as 0 15 1 * * ?, was 'daily'",
                "cross-checked series must be 0 (none) to 1000, was -1",
                "cross-check cron must be a Quartz cron expression such as 0 15 2 * * ?, was 'now'",
                "seal cron must be a Quartz cron expression such as 0 20 0 * * ?, was 'often'",
                "prune cron must be a Quartz cron expression such as 0 50 0 * * ?, was 'never'",
                "drain-outbox cron must be a Quartz cron expression such as 0/30 * * * * ?, was 'always'",
                "advance cron must be a Quartz cron expression such as 15/30 * * * * ?, was 'soon'",
            ],
            options.Check());
    }

    private static async Task<ScheduledJob[]> IngestsAsync(Worker worker) =>
        [.. (await worker.Control.ListAsync(Cancel)).Where(job => job.Name.StartsWith("ingest:", StringComparison.Ordinal))];

    // The history hears of a run beside the log of this test, in no order.
    private async Task WhenKeptAsync(int runs)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (_world.History.Runs.Count < runs)
            await Task.Delay(10, limit.Token);
    }

    private sealed class CountedOutbox(IEnumerable<DrainResult> passes) : IOutbox
    {
        private readonly Queue<DrainResult> _passes = new(passes);

        public List<int> Asked { get; } = [];

        public Task<DrainResult> DrainAsync(int max, DateTime now, CancellationToken cancellationToken)
        {
            Asked.Add(max);
            return Task.FromResult(_passes.TryDequeue(out var pass) ? pass : default);
        }
    }

    private sealed class CountingSealer : ISealer
    {
        private int _calls;

        public int Calls => _calls;

        public Task<int> SealAllAsync(CancellationToken cancellationToken) => Task.FromResult(Interlocked.Increment(ref _calls));

        public Task<int> SealAsync(Series series, TimeRange within, CancellationToken cancellationToken) => Task.FromResult(0);
    }
}
