using Quartz;
using TraderData.Testing;

namespace TraderData.Jobs.Tests;

public sealed class ClusterTests(PostgresServer postgres)
{
    private const string EverySecond = "* * * * * ?";
    private readonly World _world = new();
    private readonly FiringLog _log = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_workers_on_one_database_run_each_scheduled_ingest_once_and_one_takes_over()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        var starting = new[] { StartAsync(database, EverySecond), StartAsync(database, EverySecond) };
        var (first, second) = (await starting[0], await starting[1]);
        await using (second)
        {
            await using (first)
                await _log.WhenAsync(done => Scheduled(done).Count() >= 12);
            var before = _log.Done.Count;
            await _log.WhenAsync(done => Scheduled(done.Skip(before)).Select(f => f.Scheduled).Distinct().Count() >= 4);
            Assert.Single(_log.Done.Skip(before + 2).Select(f => f.Instance).Distinct());
        }

        var firings = Scheduled(_log.Done).ToArray();
        Assert.Equal(firings.Length, firings.Select(f => (f.Job, f.Scheduled)).Distinct().Count());
        Assert.All(firings.GroupBy(f => f.Job), job => AssertEverySecond([.. job.Select(f => f.Scheduled!.Value).Order()]));
        Assert.Equal(["model:1h", "model:1m"], firings.Select(f => f.Job).Distinct().Order(StringComparer.Ordinal));
        Assert.All(_log.Done, f => Assert.Equal(ExecutionOutcome.Succeeded, f.Outcome));
        Assert.Equal(2, _log.Done.Count(f => f.TriggerGroup == "catch-up"));
    }

    [Fact]
    public async Task Worker_with_a_changed_watch_list_replaces_and_removes_triggers()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using (var first = await Worker.StartAsync(_world, _log, database, watchList: ["model:AAA@1m,1h,1d"]))
            Assert.Equal(["model:1d 2 0 0 * * ?", "model:1h 2 0 * * * ?", "model:1m 2 * * * * ?"], await first.TriggersAsync());

        await using (var second = await Worker.StartAsync(_world, _log, database, ingestCron: "7 * * * * ?", watchList: ["model:AAA@1m,4h"]))
            Assert.Equal(["model:1m 7 * * * * ?", "model:4h 7 * * * * ?"], await second.TriggersAsync());
    }

    [Fact]
    public async Task Backfill_submitted_by_a_process_without_jobs_runs_once_on_a_worker()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using var api = await Worker.StartAsync(_world, _log, database, runJobs: false);
        await using var worker = await Worker.StartAsync(_world, _log, database);

        var id = await api.Jobs.SubmitAsync(World.Request("AAA,BBB", "1h", "2024-01-01", "2024-02-01"), Cancel);

        await _log.WhenAsync(done => done.Any(f => f.Job == id));
        Assert.Equal(ExecutionOutcome.Succeeded, Assert.Single(_log.Done).Outcome);
        Assert.Equal([744L, 744L], (await _world.Store.ListAsync(Cancel)).Select(s => s.Rows));
    }

    [Fact]
    public async Task Process_without_jobs_sees_and_controls_the_schedule_of_the_workers()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        await using var worker = await Worker.StartAsync(_world, _log, database, watchList: ["model:AAA@1d"]);
        await using var api = await Worker.StartAsync(_world, _log, database, runJobs: false, watchList: ["model:AAA@1d"]);
        await _log.WhenAsync(done => done.Count() == 1);
        Assert.True(await api.Control.PauseAsync("ingest:model:1d", Cancel));
        Assert.Contains("ingest:model:1d True", (await worker.Control.ListAsync(Cancel)).Select(job => $"{job.Name} {job.IsPaused}"));
        Assert.True(await api.Control.RunAsync("ingest:model:1d", Cancel));
        await _log.WhenAsync(done => done.Count() == 2);
        Assert.True(await api.Control.ResumeAsync("ingest:model:1d", Cancel));
        Assert.Contains("ingest:model:1d False", (await worker.Control.ListAsync(Cancel)).Select(job => $"{job.Name} {job.IsPaused}"));
    }

    [Fact]
    public async Task Backfill_cut_short_by_a_shutdown_is_finished_by_another_worker()
    {
        var database = await postgres.CreateDatabaseAsync(Cancel);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gate = new SemaphoreSlim(0);
        _world.Source.BeforePageAsync = async (page, token) =>
        {
            if (page.StartMs >= World.Ms("2023-01-01"))
                await gate.WaitAsync(token);
        };
        _world.Store.AfterWrite = _ => reached.TrySetResult();
        var request = World.Request("AAA", "1h", "2022-01-01", "2024-01-01");
        string id;
        await using (var first = await Worker.StartAsync(_world, _log, database))
        {
            id = await first.Jobs.SubmitAsync(request, Cancel);
            await reached.Task.WaitAsync(Cancel);
        }

        Assert.Equal(8_760, _world.Store.Bars(World.Series("AAA", "1h")).Count);
        gate.Release(1_000);
        await using var second = await Worker.StartAsync(_world, _log, database);
        await _log.WhenAsync(done => done.Count(f => f.Job == id) == 2);
        Assert.Equal([ExecutionOutcome.Cancelled, ExecutionOutcome.Succeeded], _log.Done.Select(f => f.Outcome));

        var whole = new World();
        await whole.RunAsync(request);
        Assert.Equal(whole.Store.Dump(), _world.Store.Dump());
    }

    private static IEnumerable<Firing> Scheduled(IEnumerable<Firing> firings) => firings.Where(f => f.TriggerGroup == IngestJob.Group);

    private static void AssertEverySecond(DateTimeOffset[] times)
    {
        for (var i = 1; i < times.Length; i++)
            Assert.Equal(TimeSpan.FromSeconds(1), times[i] - times[i - 1]);
    }

    private Task<Worker> StartAsync(string database, string cron) => Worker.StartAsync(_world, _log, database, ingestCron: cron, watchList: ["model:AAA@1m,1h"]);
}
