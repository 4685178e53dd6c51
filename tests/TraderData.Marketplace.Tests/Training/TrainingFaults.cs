using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>What becomes of runs when the provider, the store or a worker breaks: nothing is paid for twice, and nothing that can be stopped goes on.</summary>
public abstract class TrainingFaults(PostgresServer? server) : TrainingTest(server)
{
    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Clean_refusal_is_tried_again_at_the_next_turn(int status)
    {
        var id = await AskAsync();
        RunPod.Fault = _ => new StandInFault(false, status);
        Assert.Single(await TurnAsync(Worker()));
        await MustBeAsync(id, "queued", "is asked again: RunPod answered");
        RunPod.Fault = _ => null;
        await GoOnAsync();
        Assert.True(RunPod.JobOf(id).IsLive);
    }

    [Theory]
    [InlineData(401, "RUNPOD_API_KEY")]
    [InlineData(402, "balance")]
    [InlineData(403, "RUNPOD_API_KEY")]
    [InlineData(404, "RUNPOD_ENDPOINT_ID")]
    public async Task Wrong_setting_fails_the_job_and_no_run_which_starts_once_it_is_right(int status, string setting)
    {
        var (first, second) = (await AskAsync(), await AskAsync());
        RunPod.Fault = _ => new StandInFault(false, status);
        foreach (var fault in await TurnAsync(Worker()))
            Assert.Contains(setting, fault, StringComparison.Ordinal);
        await MustBeAsync(first, "queued", setting);
        RunPod.Fault = _ => null;
        await GoOnAsync();
        Assert.True(RunPod.JobOf(first).IsLive && RunPod.JobOf(second).IsLive);
    }

    [Theory]
    [InlineData(400, "RUNPOD_ENDPOINT_ID")]
    [InlineData(413, "too large")]
    public async Task Refusal_for_good_fails_the_run_and_names_the_setting(int status, string setting)
    {
        var id = await AskAsync();
        RunPod.Fault = _ => new StandInFault(false, status, $"no: {StandInRunPod.Key}");
        Assert.Single(await TurnAsync(Worker()));
        await MustBeAsync(id, "failed", setting);
        Assert.DoesNotContain(StandInRunPod.Key, (await SeeAsync(id)).Text, StringComparison.Ordinal);
        await GoOnAsync();
        Assert.Empty(RunPod.Jobs);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, 502)]
    [InlineData(true, 504)]
    [InlineData(true, 200)]
    public async Task Lost_answer_fails_the_run_and_nothing_is_handed_over_again(bool isDone, int? status)
    {
        var id = await AskAsync();
        RunPod.Fault = operation => operation == "run" ? new StandInFault(isDone, status, "<html>") : null;
        Assert.Single(await TurnAsync(Worker()));
        RunPod.Fault = _ => null;
        await MustBeAsync(id, "failed", $"look for run_id {id} in its console");
        Assert.Contains("can be asked for again", (await SeeAsync(id))["note"], StringComparison.Ordinal);
        for (var i = 0; i < 6; i++)
            await GoOnAsync();
        Assert.Equal(isDone ? 1 : 0, RunPod.Jobs.Count);
        Assert.Contains(Log, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Silence_fails_the_run_in_the_same_way()
    {
        var id = await AskAsync();
        RunPod.Fault = _ => new StandInFault(true, 200) { IsSilent = true };
        Assert.Single(await TurnAsync(Worker(patience: TimeSpan.FromMilliseconds(200))));
        RunPod.Fault = _ => null;
        await MustBeAsync(id, "failed", $"look for run_id {id} in its console");
        await GoOnAsync();
        Assert.Single(RunPod.Jobs);
    }

    [Fact]
    public async Task Worker_that_is_killed_before_it_heard_the_id_leaves_a_run_that_is_given_up_and_not_handed_over_again()
    {
        var id = await AskAsync();
        await Assert.ThrowsAsync<KilledException>(() => TurnAsync(Worker(provider: new KilledProvider(Provider()))));
        Assert.True(RunPod.JobOf(id).IsLive);
        await GoOnAsync();
        await MustBeAsync(id, "queued", "it waits for its turn");
        for (var i = 0; i < 4; i++)
            await GoOnAsync();
        await MustBeAsync(id, "failed", $"look for run_id {id} in its console");
        Assert.Single(RunPod.Jobs);
    }

    [Fact]
    public async Task Id_that_cannot_be_kept_is_of_a_job_that_is_stopped()
    {
        var id = await AskAsync();
        var store = FaultyStore.Over(Store, (name, _) => name == nameof(IMarketplaceStore.ChangeProviderAsync) ? new StorageException(StorageErrorKind.Unavailable, "the store is away") : null);
        await Assert.ThrowsAsync<StorageException>(() => TurnAsync(Worker(store)));
        Assert.Equal("CANCELLED", RunPod.JobOf(id).Status);
        for (var i = 0; i < 5; i++)
            await GoOnAsync();
        await MustBeAsync(id, "failed", "it is not known");
        Assert.Single(RunPod.Jobs);
    }

    [Fact]
    public async Task Two_workers_at_once_hand_each_run_over_once()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add(await AskAsync());
        var workers = Enumerable.Range(0, 4).Select(_ => Worker()).ToArray();
        await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.RunAsync(Cancellation))));
        Assert.Equal(ids.Order(StringComparer.Ordinal), RunPod.Jobs.Values.Select(job => job.RunId).Order(StringComparer.Ordinal));
        Time.Advance(TimeSpan.FromMinutes(11));
        await Task.WhenAll(workers.Select(worker => Task.Run(() => worker.RunAsync(Cancellation))));
        await GoOnAsync();
        Assert.Equal((5, 10), (RunPod.Jobs.Values.Count(job => job.IsLive), RunPod.Jobs.Count));
        Assert.Empty(RunPod.Twice);
    }

    [Fact]
    public async Task Cancelled_run_is_stopped_at_the_provider_also_when_that_takes_several_tries()
    {
        var (waits, runs) = (await AskAsync(), await AskAsync());
        await GoOnAsync();
        RunPod.JobOf(runs).Status = "IN_PROGRESS";
        await GoOnAsync();
        foreach (var id in new[] { waits, runs })
            Assert.Equal("cancelled", (await Mp.SendAsync("POST", $"/api/training/runs/{id}/cancel", null))["status"]);
        RunPod.Fault = operation => operation == "cancel" ? new StandInFault(false, 503) : null;
        Assert.Equal(2, (await TurnAsync(Worker())).Count);
        Assert.Equal(2, (await Store.ListRunsToStopAsync(Cancellation)).Count);
        // It is told, and its answer is lost.
        RunPod.Fault = operation => operation == "cancel" ? new StandInFault(true, null) : null;
        Assert.Equal(2, (await TurnAsync(Worker())).Count);
        RunPod.Fault = _ => null;
        await GoOnAsync();
        Assert.All(RunPod.Jobs.Values, job => Assert.Equal("CANCELLED", job.Status));
        Assert.Empty(await Store.ListRunsToStopAsync(Cancellation));
        var asked = RunPod.Asked.Count;
        await GoOnAsync();
        Assert.Equal(asked, RunPod.Asked.Count);
        await MustBeAsync(runs, "cancelled");
    }

    [Fact]
    public async Task Run_that_is_cancelled_before_it_is_handed_over_never_is()
    {
        var id = await AskAsync();
        await Mp.SendAsync("POST", $"/api/training/runs/{id}/cancel", null);
        await GoOnAsync();
        Assert.Empty(RunPod.Asked);
    }

    [Fact]
    public async Task Run_that_is_cancelled_while_it_is_handed_over_is_stopped_as_soon_as_its_id_is_known()
    {
        var id = await AskAsync();
        await GoOnAsync(Worker(provider: new KilledProvider(Provider(), kills: false) { Before = () => Mp.SendAsync("POST", $"/api/training/runs/{id}/cancel", null) }));
        Assert.Equal("CANCELLED", RunPod.JobOf(id).Status);
        await MustBeAsync(id, "cancelled");
        Assert.Empty(await Store.ListRunsToStopAsync(Cancellation));
    }

    [Theory]
    [InlineData(503, 0)]
    [InlineData(401, 0)]
    [InlineData(504, 1)]
    public async Task Run_that_is_cancelled_while_it_is_refused_stays_cancelled(int status, int jobs)
    {
        var id = await AskAsync();
        RunPod.Fault = operation => operation == "run" ? new StandInFault(jobs > 0, status) : null;
        await TurnAsync(Worker(provider: new KilledProvider(Provider(), kills: false) { Before = () => Mp.SendAsync("POST", $"/api/training/runs/{id}/cancel", null) }));
        await MustBeAsync(id, "cancelled", jobs > 0 ? $"look for run_id {id}" : null);
        Assert.Empty(await Store.ListRunsToStopAsync(Cancellation));
        await GoOnAsync();
        Assert.Equal(jobs, RunPod.Jobs.Count);
    }

    [Fact]
    public async Task Run_that_is_cancelled_behind_a_killed_worker_is_told_to_be_looked_for()
    {
        var id = await AskAsync();
        await Assert.ThrowsAsync<KilledException>(() => TurnAsync(Worker(provider: new KilledProvider(Provider()))));
        await Mp.SendAsync("POST", $"/api/training/runs/{id}/cancel", null);
        for (var i = 0; i < 5; i++)
            await GoOnAsync();
        await MustBeAsync(id, "cancelled", $"look for run_id {id} in its console");
        Assert.Empty(await Store.ListRunsToStopAsync(Cancellation));
    }

    [Fact]
    public async Task Provider_that_is_away_ends_the_turn_and_one_run_that_fails_does_not()
    {
        var ids = new List<string>();
        for (var i = 0; i < 6; i++)
            ids.Add(await AskAsync());
        await GoOnAsync();
        // With a wrong key it is asked once, not once for each run.
        var asked = RunPod.Asked.Count;
        Assert.Contains("RUNPOD_API_KEY", Assert.Single(await TurnAsync(Worker(provider: Provider(key: "rpa_of_somebody_else_altogether")))), StringComparison.Ordinal);
        Assert.Equal(asked + 1, RunPod.Asked.Count);
        await MustBeAsync(ids[0], "queued", "it waits at the provider");

        // Three whose answers break end the turn; they come last in the next one.
        var failing = 3;
        RunPod.Fault = operation => operation == "status" && Interlocked.Decrement(ref failing) >= 0 ? new StandInFault(false, 500) : null;
        foreach (var job in RunPod.Jobs.Values)
            job.Status = "IN_PROGRESS";
        var worker = Worker();
        Assert.Equal(3, (await TurnAsync(worker)).Count);
        foreach (var id in ids)
            await MustBeAsync(id, "queued", "it waits at the provider");
        failing = 3;
        RunPod.Fault = operation => operation == "status" && Interlocked.Decrement(ref failing) < 0 ? new StandInFault(false, 500) : null;
        Assert.Equal(3, (await TurnAsync(worker)).Count);
        foreach (var (index, id) in ids.Index())
            await MustBeAsync(id, index < 3 ? "queued" : "running", index < 3 ? "it waits at the provider" : null);
    }
}

public sealed class JournalTrainingFaults() : TrainingFaults(null);

public sealed class PostgresTrainingFaults(PostgresServer server) : TrainingFaults(server);
