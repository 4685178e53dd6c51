using System.Net;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>What becomes of runs when nothing breaks.</summary>
public abstract class TrainingJourney(PostgresServer? server) : TrainingTest(server)
{
    [Fact]
    public async Task Run_is_handed_over_runs_and_succeeds_with_what_it_made()
    {
        var id = await AskAsync();
        await MustBeAsync(id, "queued", "it waits for its turn");
        await GoOnAsync();
        var job = RunPod.JobOf(id);
        await MustBeAsync(id, "queued", "it waits at the provider");
        var input = job.Body.GetProperty("input");
        Assert.Equal((Round, "signal", "acme/alpha"), (input.GetProperty("round_id").GetString(), input.GetProperty("task").GetString(), input.GetProperty("hf_repo_id").GetString()));
        Assert.Equal(7_200_000, job.Body.GetProperty("policy").GetProperty("executionTimeout").GetInt32());
        Assert.Equal(
            Time.GetUtcNow().AddMinutes(15), input.GetProperty("dataset_urls")[0].GetProperty("expires_at").GetDateTimeOffset(), TimeSpan.FromSeconds(1));
        // Its links work, each of them.
        var links = LinksOf(job);
        Assert.Contains(links, link => link.Contains("/train.csv?", StringComparison.Ordinal));
        Assert.Contains(links, link => link.Contains("/manifest.json?", StringComparison.Ordinal));
        foreach (var link in links)
            Assert.Equal(HttpStatusCode.OK, (await FetchAsync(link)).Status);

        job.Status = "IN_PROGRESS";
        job.Output = """{"metrics":{"epoch":1},"logs_url":"https://l.example.com/1"}""";
        await GoOnAsync();
        await MustBeAsync(id, "running");
        var startedAt = (await SeeAsync(id))["started_at"];
        job.Output = """{"metrics":{"epoch":2}}""";
        await GoOnAsync();
        var running = await SeeAsync(id);
        Assert.Equal((startedAt, "{epoch:2}", "https://l.example.com/1"), (running["started_at"], Samples.Text(running.Data.GetProperty("metrics")), running["logs_url"]));
        Assert.Equal("https://l.example.com/1", (await Mp.GetAsync($"/api/training/runs/{id}/logs"))["logs_url"]);

        (job.Status, job.Output) = ("COMPLETED", """{"metrics":{"auc":0.75},"artifacts":{"hf_repo":"acme/alpha","commit":"c0ffee"}}""");
        await GoOnAsync();
        await MustBeAsync(id, "succeeded");
        var done = await SeeAsync(id);
        Assert.Equal(("{auc:0.75}", "{commit:\"c0ffee\",hf_repo:\"acme/alpha\"}"), (Samples.Text(done.Data.GetProperty("metrics")), Samples.Text(done.Data.GetProperty("artifacts"))));
        Assert.EndsWith("Z", done["finished_at"], StringComparison.Ordinal);
        // Nothing more is asked about it.
        var asked = RunPod.Asked.Count;
        await GoOnAsync();
        Assert.Equal(asked, RunPod.Asked.Count);
    }

    [Theory]
    [InlineData("FAILED", "out of memory", "failed", "out of memory")]
    [InlineData("FAILED", null, "failed", "does not say why")]
    [InlineData("TIMED_OUT", null, "failed", "longer than its budget")]
    [InlineData("CANCELLED", null, "cancelled", "cancelled at the provider")]
    public async Task Run_that_ends_otherwise_says_why(string status, string? error, string expected, string note)
    {
        var id = await AskAsync();
        await GoOnAsync();
        RunPod.JobOf(id).Status = "IN_PROGRESS";
        await GoOnAsync();
        (RunPod.JobOf(id).Status, RunPod.JobOf(id).Error) = (status, error);
        await GoOnAsync();
        await MustBeAsync(id, expected, note);
        Assert.Empty(await Store.ListRunsToStopAsync(Cancellation));
        Assert.Single(RunPod.Jobs);
    }

    [Fact]
    public async Task Status_that_nobody_knows_is_left_as_it_is_and_told()
    {
        var id = await AskAsync();
        await GoOnAsync();
        RunPod.JobOf(id).Status = "PAUSED";
        await GoOnAsync();
        await MustBeAsync(id, "queued", "the provider says 'PAUSED'");
        RunPod.JobOf(id).Status = "IN_PROGRESS";
        await GoOnAsync();
        await MustBeAsync(id, "running");
    }

    [Fact]
    public async Task Job_that_the_provider_knows_no_more_fails_its_run()
    {
        var id = await AskAsync();
        await GoOnAsync();
        RunPod.Jobs.Clear();
        await GoOnAsync();
        await MustBeAsync(id, "failed", $"look for run_id {id}");
    }

    [Fact]
    public async Task Run_that_waits_ten_minutes_at_the_provider_is_handed_over_once_more_with_links_that_last()
    {
        var id = await AskAsync();
        await GoOnAsync();
        var first = RunPod.JobOf(id);
        for (var i = 0; i < 19; i++)
            await GoOnAsync();
        Assert.Equal(("IN_QUEUE", 1), (first.Status, RunPod.Jobs.Count));
        await GoOnAsync();
        Assert.Equal(("CANCELLED", 2), (first.Status, RunPod.Jobs.Count));
        var second = RunPod.Jobs.Values.Single(job => job.IsLive);
        await MustBeAsync(id, "queued", "it waits at the provider");
        Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(HttpStatusCode.Forbidden, (await FetchAsync(LinksOf(first)[0])).Status);
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(LinksOf(second)[0])).Status);
        second.Status = "IN_PROGRESS";
        await GoOnAsync();
        await MustBeAsync(id, "running");
        // What runs is not taken away from its machine, however long it takes.
        Time.Advance(TimeSpan.FromHours(1));
        await GoOnAsync();
        Assert.Equal(("IN_PROGRESS", 2), (second.Status, RunPod.Jobs.Count));
        Assert.Empty(RunPod.Twice);
    }

    [Fact]
    public async Task Run_that_a_machine_takes_just_when_it_is_withdrawn_is_not_handed_over_beside_itself()
    {
        var id = await AskAsync();
        await GoOnAsync();
        Time.Advance(TimeSpan.FromMinutes(10));
        // The cancel does not reach it, and it runs.
        RunPod.Fault = operation => operation == "cancel" ? new StandInFault(false, 503) : null;
        Assert.Single(await TurnAsync(Worker()));
        RunPod.Fault = _ => null;
        RunPod.JobOf(id).Status = "IN_PROGRESS";
        for (var i = 0; i < 5; i++)
            await GoOnAsync();
        await MustBeAsync(id, "running");
        RunPod.JobOf(id).Status = "COMPLETED";
        await GoOnAsync();
        await MustBeAsync(id, "succeeded");
    }

    [Fact]
    public async Task Run_of_a_round_that_is_retired_before_it_starts_fails()
    {
        var id = await AskAsync();
        await Rounds.PublishAsync("next");
        await Rounds.Desk.RetireAsync(Round, evenCurrent: false, Cancellation);
        await GoOnAsync();
        await MustBeAsync(id, "failed", $"round {Round} is offered no more");
        Assert.Empty(RunPod.Asked);
        Assert.Empty(await Store.ListRunsToStopAsync(Cancellation));
    }

    [Fact]
    public async Task Run_waits_while_nobody_knows_where_its_files_can_be_fetched()
    {
        var id = await AskAsync();
        await GoOnAsync(Worker(hasUrl: false));
        await MustBeAsync(id, "queued", "PUBLIC_URL is not set");
        Assert.Empty(RunPod.Asked);
        await GoOnAsync();
        await MustBeAsync(id, "queued", "it waits at the provider");
    }

    [Theory]
    [InlineData("""{"max_hours":2}""", 1, 7_200_000)]
    [InlineData("""{"max_hours":2,"max_cost_usd":3}""", 2, 5_400_000)]
    [InlineData("""{"max_hours":1.5,"max_cost_usd":300}""", 2, 5_400_000)]
    [InlineData("""{"max_cost_usd":0.5}""", 2, 900_000)]
    [InlineData("""{"max_cost_usd":0.5}""", 0, null)]
    [InlineData("{}", 2, null)]
    public async Task Budget_bounds_the_time_by_hours_and_by_what_an_hour_costs(string budget, int costPerHour, int? timeout)
    {
        var id = await AskAsync(budget);
        await GoOnAsync(Worker(costPerHour: costPerHour));
        var has = RunPod.JobOf(id).Body.TryGetProperty("policy", out var policy);
        Assert.Equal(timeout, has ? policy.GetProperty("executionTimeout").GetInt32() : null);
    }

    [Fact]
    public async Task Runs_of_other_providers_are_left_alone()
    {
        await Store.AddRunAsync(Samples.Run(Samples.Vendor("a"), "own") with { Provider = "byoc" }, Cancellation);
        await GoOnAsync();
        Assert.Empty(RunPod.Asked);
    }
}

public sealed class JournalTrainingJourney() : TrainingJourney(null);

public sealed class PostgresTrainingJourney(PostgresServer server) : TrainingJourney(server);
