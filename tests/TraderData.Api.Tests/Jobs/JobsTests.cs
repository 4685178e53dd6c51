using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Api.Tests;

public sealed class JobsTests
{
    private const string Ingest = "ingest:binance:1h";
    private readonly ModelJobs _jobs = new();

    private static long NowMs => Ms(ApiHost.Now);

    [Fact]
    public async Task Jobs_are_listed_with_runs_lag_and_the_budgets_of_sources_in_the_documents_shape()
    {
        var held = new Series("binance", "BTCUSDT", Timeframe.H1);
        _jobs.Jobs.Add(new ScheduledJob(Ingest, "2 0 * * * ?", false, NowMs + 60_000, [held, new Series("binance", "NOTHELD", Timeframe.H1)]) { RunningSinceMs = NowMs - 2_000, Progress = 0.25 });
        _jobs.Jobs.Add(new ScheduledJob("seal", "0 20 0 * * ?", true, null, []));
        _jobs.History.Summaries[Ingest] = new JobSummary(
            new JobRun(Ingest, NowMs - 60_000, NowMs - 58_500, JobOutcome.Failed, new WriteResult(3, 1, 2), "1 of 2 series failed"), NowMs - 3_600_000, NowMs - 60_000, 1);
        _jobs.Budgets["binance"] = new BudgetRecord
        {
            Minute = NowMs / 60_000,
            Taken = 12,
            Others = 3,
            Limit = 6_000,
            PausedUntilMs = NowMs - 1,
            BannedUntilMs = NowMs + 1_000,
            Stop = new SourceStop("api.binance.com", "RegionBlocked", "451: set the base URL", NowMs - 5_000, NowMs + 5_000),
        };
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), _jobs.AddTo);

        var answer = await api.GetAsync("/api/jobs");
        Assert.Equal(200, answer.Status);
        using var json = JsonDocument.Parse(answer.Text);
        using var document = JsonDocument.Parse((await api.GetAsync("/openapi/v1.json")).Text);
        Assert.Null(new SchemaCheck(document.RootElement).FindFault(SchemaOf(document, "/api/jobs", "get"), json.RootElement));
        var (jobs, source) = (json.RootElement.GetProperty("data").GetProperty("jobs"), json.RootElement.GetProperty("data").GetProperty("sources")[0]);
        Assert.Equal([Ingest, "seal"], jobs.EnumerateArray().Select(job => job.GetProperty("name").GetString()));
        Assert.Equal(
            """{"started_at":"2024-03-01T12:33:56Z","ended_at":"2024-03-01T12:33:57.500Z","duration_ms":1500,"outcome":"failed","inserted":3,"changed":1,"same":2,"error":"1 of 2 series failed"}""",
            jobs[0].GetProperty("last_run").GetRawText());
        Assert.Equal(1, jobs[0].GetProperty("failed_runs").GetInt32());
        var known = Ms(jobs[0].GetProperty("series")[0].GetProperty("known_to").GetString()!);
        Assert.Equal((NowMs - known - 3_600_000) / 1_000, jobs[0].GetProperty("series")[0].GetProperty("lag_seconds").GetInt64());
        Assert.Equal("""{"symbol":"NOTHELD"}""", jobs[0].GetProperty("series")[1].GetRawText());
        Assert.Equal(("2024-03-01T12:34:54Z", 0.25), (jobs[0].GetProperty("running_since").GetString(), jobs[0].GetProperty("progress").GetDouble()));
        Assert.False(jobs[1].TryGetProperty("running_since", out _));
        Assert.True(jobs[1].GetProperty("paused").GetBoolean());
        Assert.False(source.TryGetProperty("paused_until", out _));
        Assert.Equal("2024-03-01T12:34:57Z", source.GetProperty("banned_until").GetString());
        Assert.Equal("451: set the base URL", source.GetProperty("stopped").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Runs_of_a_job_are_listed_newest_first_up_to_the_limit()
    {
        for (var i = 0; i < 3; i++)
            await _jobs.History.AddAsync(new JobRun(Ingest, NowMs + i, NowMs + i, JobOutcome.Succeeded, default, null), TestContext.Current.CancellationToken);
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), _jobs.AddTo);
        using var json = JsonDocument.Parse((await api.GetAsync($"/api/jobs/{Ingest}/runs?limit=2")).Text);
        Assert.Equal(
            ["2024-03-01T12:34:56.002Z", "2024-03-01T12:34:56.001Z"],
            json.RootElement.GetProperty("data").EnumerateArray().Select(run => run.GetProperty("started_at").GetString()));
        Assert.Equal(400, (await api.GetAsync($"/api/jobs/{Ingest}/runs?limit=0")).Status);
    }

    [Fact]
    public async Task Job_is_run_paused_and_resumed_and_an_unknown_one_is_not()
    {
        _jobs.Jobs.Add(new ScheduledJob(Ingest, null, false, null, []));
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), _jobs.AddTo);
        foreach (var verb in new[] { "run", "pause", "resume" })
        {
            Assert.Equal(200, (await api.SendAsync(HttpMethod.Post, $"/api/jobs/{Ingest}/{verb}")).Status);
            Assert.Equal(405, (await api.GetAsync($"/api/jobs/{Ingest}/{verb}")).Status);
            var unknown = await api.SendAsync(HttpMethod.Post, $"/api/jobs/nothing/{verb}");
            Assert.Equal((404, true), (unknown.Status, unknown.Text.Contains("\"UNKNOWN_JOB\"", StringComparison.Ordinal)));
        }

        Assert.Equal([$"run {Ingest}", $"pause {Ingest}", $"resume {Ingest}"], _jobs.Done);
    }

    [Theory]
    [InlineData("X-Forwarded-For", "127.0.0.1")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("Origin", "http://localhost:8000")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Host", "evil.example")]
    public async Task Job_is_changed_neither_through_a_proxy_nor_from_a_web_page(string header, string value)
    {
        _jobs.Jobs.Add(new ScheduledJob("seal", null, false, null, []));
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), _jobs.AddTo);
        var answer = await api.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", (header, value));
        Assert.Equal((403, true), (answer.Status, answer.Text.Contains("\"LOCAL_ONLY\"", StringComparison.Ordinal)));
        Assert.Empty(_jobs.Done);
    }

    [Fact]
    public async Task Job_is_not_changed_through_a_trusted_proxy_either_whatever_address_it_names()
    {
        _jobs.Jobs.Add(new ScheduledJob("seal", null, false, null, []));
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), builder =>
        {
            _jobs.AddTo(builder);
            builder.Services.AddSingleton(new ApiOptions { TrustedProxies = [System.Net.IPNetwork.Parse("127.0.0.0/8")] });
        });
        foreach (var address in new[] { "127.0.0.1", "203.0.113.7" })
            Assert.Equal(403, (await api.SendAsync(HttpMethod.Post, "/api/jobs/seal/run", ("X-Forwarded-For", address))).Status);
        Assert.Empty(_jobs.Done);
    }

    [Theory]
    [InlineData("GET", "/api/jobs")]
    [InlineData("GET", "/api/jobs/seal/runs")]
    [InlineData("POST", "/api/jobs/seal/run")]
    public async Task Process_without_a_schedule_says_where_it_is(string method, string path)
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync());
        var answer = await api.SendAsync(new HttpMethod(method), path);
        Assert.Equal((404, true), (answer.Status, answer.Text.Contains("\"NO_SCHEDULE\"", StringComparison.Ordinal)));
        Assert.Contains("trader-data serve --role all or worker", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_that_failed_all_day_is_told_of_by_ready_with_the_remedy()
    {
        var day = 86_400_000L;
        var failed = new JobRun(Ingest, NowMs - 60_000, NowMs, JobOutcome.Failed, default, "binance is stopped: 451");
        _jobs.History.Summaries["well"] = new JobSummary(failed with { Job = "well" }, NowMs - day + 1, NowMs - day + 2, 99);
        _jobs.History.Summaries["new"] = new JobSummary(failed with { Job = "new" }, null, NowMs - 60_000, 2);
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), _jobs.AddTo);
        Assert.Equal("""{"success":true,"status":"ready","parts":[{"name":"store","status":"ok"},{"name":"jobs","status":"ok"}]}""", (await api.GetAsync("/ready")).Text);

        _jobs.History.Summaries[Ingest] = new JobSummary(failed, NowMs - day - 1, NowMs - day, 24);
        var answer = await api.GetAsync("/ready");
        Assert.Equal(200, answer.Status);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal("degraded", json.RootElement.GetProperty("status").GetString());
        Assert.Equal(
            $"job {Ingest} failed in all of its 24 runs since 2024-02-29T12:34:56Z; the last error: binance is stopped: 451; "
            + $"look at GET /api/jobs/{Ingest}/runs, put it right, then run it with 'trader-data jobs run {Ingest}'",
            Assert.Single(json.RootElement.GetProperty("warnings").EnumerateArray()).GetString());
    }

    private static JsonElement SchemaOf(JsonDocument document, string path, string method) => document.RootElement.GetProperty("paths").GetProperty(path)
        .GetProperty(method).GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");

    private static long Ms(string text) => TimeText.TryParse(text, out var ms) ? ms : throw new FormatException(text);
}
