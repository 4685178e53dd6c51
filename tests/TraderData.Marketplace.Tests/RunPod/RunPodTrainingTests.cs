using System.Net;
using System.Net.Sockets;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>The adapter against a stand-in of RunPod.</summary>
public sealed class RunPodTrainingTests : IAsyncLifetime
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All });
    private StandInRunPod _runPod = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static TrainingRun Run => Samples.Run(Samples.Vendor("a"), "one") with
    {
        Spec = Samples.Json("""{"hyperparams":{"lr":0.001},"hf_repo_id":"acme/alpha","output_format":"onnx","wandb":{"api_key":"w"},"budget":{"max_hours":2}}"""),
    };

    public async ValueTask InitializeAsync() => _runPod = await StandInRunPod.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _runPod.DisposeAsync();
    }

    [Fact]
    public async Task Job_holds_what_was_asked_for_and_links_and_its_limit()
    {
        var id = await Provider().StartAsync(Order(TimeSpan.FromHours(2)), Cancellation);
        var job = Assert.Single(_runPod.Jobs.Values);
        Assert.Equal($"{StandInRunPod.Endpoint}/{job.Id}", id);
        Assert.Equal(
            """{"input":{"run_id":"run_one","round_id":"2026-11","task":"signal","hyperparams":{"lr":0.001},"hf_repo_id":"acme/alpha","output_format":"onnx","wandb":{"api_key":"w"},"budget":{"max_hours":2},"dataset_urls":[{"name":"train.csv","url":"https://d.example.com/f?sig=1","expires_at":"2026-11-22T10:15:00Z"}]},"policy":{"executionTimeout":7200000,"ttl":86400000}}""",
            job.Body.GetRawText());
        Assert.Equal(["POST /jobs/v2/4m7x2k9qabcdef/run"], _runPod.Asked);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData(30.0, 108_000_000, 111_600_000)]
    [InlineData(10_000.0, 601_200_000, 604_800_000)]
    public async Task Limit_and_lifetime_stay_within_what_a_job_may_have(double? hours, int? timeout, int? ttl)
    {
        await Provider().StartAsync(Order(hours is { } h ? TimeSpan.FromHours(h) : null), Cancellation);
        var body = Assert.Single(_runPod.Jobs.Values).Body;
        Assert.Equal(hours is not null, body.TryGetProperty("policy", out var policy));
        if (hours is not null)
            Assert.Equal((timeout, ttl), (policy.GetProperty("executionTimeout").GetInt32(), policy.GetProperty("ttl").GetInt32()));
    }

    [Fact]
    public async Task Budget_of_no_more_than_five_seconds_is_refused_before_anything_is_sent()
    {
        var e = await Assert.ThrowsAsync<ProviderException>(() => Provider().StartAsync(Order(TimeSpan.FromSeconds(5)), Cancellation));
        Assert.Equal((ProviderErrorKind.Refused, "its budget allows 5 s, and RunPod takes jobs of more than 5 s"), (e.Kind, e.Message));
        Assert.Empty(_runPod.Asked);
    }

    [Theory]
    [InlineData("IN_QUEUE", ProgressState.Waiting)]
    [InlineData("IN_PROGRESS", ProgressState.Running)]
    [InlineData("RUNNING", ProgressState.Running)]
    [InlineData("COMPLETED", ProgressState.Succeeded)]
    [InlineData("FAILED", ProgressState.Failed)]
    [InlineData("CANCELLED", ProgressState.Cancelled)]
    [InlineData("TIMED_OUT", ProgressState.TimedOut)]
    [InlineData("in_queue", ProgressState.Unknown)]
    [InlineData("PAUSED", ProgressState.Unknown)]
    public async Task Every_status_has_its_meaning(string status, ProgressState state)
    {
        var id = await Provider().StartAsync(Order(null), Cancellation);
        _runPod.JobOf("run_one").Status = status;
        var progress = await Provider().LookAsync(id, Cancellation);
        Assert.Equal((state, status is "in_queue" or "PAUSED" ? status : null), (progress.State, progress.Text));
        Assert.Equal(status is not ("IN_QUEUE" or "IN_PROGRESS" or "RUNNING" or "in_queue" or "PAUSED"), progress.IsOver);
    }

    [Fact]
    public async Task Output_is_read_and_what_is_malformed_in_it_is_absent()
    {
        var progress = await LookAsync(
            """{"metrics":{"loss":0.1000,"auc":[0.5]},"artifacts":{"hf_repo":"acme/alpha","tarball_url":"https://t.example.com/a.tgz","commit":"c0ffee","secret":1},"logs_url":"https://l.example.com/é"}""");
        Assert.Equal("""{"loss":0.1000,"auc":[0.5]}""", progress.Metrics!.Value.GetRawText());
        Assert.Equal("""{"hf_repo":"acme/alpha","tarball_url":"https://t.example.com/a.tgz","commit":"c0ffee"}""", progress.Artifacts!.Value.GetRawText());
        Assert.Equal("https://l.example.com/%C3%A9", progress.LogsUrl);

        foreach (var output in new[] { "null", "[]", "\"text\"", """{"metrics":null,"artifacts":[],"logs_url":7}""", """{"artifacts":{"hf_repo":"","tarball_url":"file:///etc/passwd"},"logs_url":"javascript:alert(1)"}""" })
        {
            progress = await LookAsync(output);
            Assert.Equal((null, null, null), (progress.Metrics?.GetRawText(), progress.Artifacts?.GetRawText(), progress.LogsUrl));
        }
    }

    [Theory]
    [InlineData("""{"metrics":[1]}""", "must be an object")]
    [InlineData("""{"metrics":{"a":"\u0000"}}""", "must hold well-formed text only")]
    [InlineData("""{"metrics":{"a":"\ud800"}}""", "must hold well-formed text only")]
    [InlineData("""{"metrics":{"a":1e999}}""", "must hold numbers of ordinary size")]
    public async Task Metrics_that_cannot_be_kept_are_left_out_and_that_is_told(string output, string why)
    {
        var progress = await LookAsync(output);
        Assert.Null(progress.Metrics);
        Assert.Contains(why, progress.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_of_more_than_64_KiB_are_left_out_and_that_is_told()
    {
        Assert.NotNull((await LookAsync($$$"""{"metrics":{"a":"{{{new string('x', TrainingProgress.MaxMetricsBytes - 8)}}}"}}""")).Metrics);
        var progress = await LookAsync($$$"""{"metrics":{"a":"{{{new string('x', TrainingProgress.MaxMetricsBytes - 7)}}}"}}""");
        Assert.Equal((null, "its metrics are left out: they have 65537 bytes, and 65536 are kept"), (progress.Metrics?.GetRawText(), progress.Text));
    }

    [Theory]
    [InlineData("out of memory\nat line 3\u001b[31m", "out of memory at line 3 [31m")]
    [InlineData("""{"error_type":"<class 'ValueError'>","error_message":"lr must be positive","error_traceback":"…"}""", "lr must be positive")]
    [InlineData("{ no JSON", "{ no JSON")]
    [InlineData("\u202e", null)]
    public async Task Error_is_shown_without_what_is_not_seen(string error, string? shown)
    {
        var id = await Provider().StartAsync(Order(null), Cancellation);
        (_runPod.JobOf("run_one").Status, _runPod.JobOf("run_one").Error) = ("FAILED", error);
        Assert.Equal(shown, (await Provider().LookAsync(id, Cancellation)).Text);
        _runPod.JobOf("run_one").Error = new string('é', 5_000);
        Assert.Equal(ProviderText.MaxLength, (await Provider().LookAsync(id, Cancellation)).Text!.Length);
    }

    [Fact]
    public async Task Job_is_stopped_and_one_that_is_gone_or_over_needs_no_stopping()
    {
        var id = await Provider().StartAsync(Order(null), Cancellation);
        Assert.True(await Provider().StopAsync(id, Cancellation));
        Assert.Equal("CANCELLED", _runPod.JobOf("run_one").Status);
        Assert.True(await Provider().StopAsync(id, Cancellation));
        Assert.True(await Provider().StopAsync($"{StandInRunPod.Endpoint}/none", Cancellation));
        Assert.Equal(ProgressState.Gone, (await Provider().LookAsync($"{StandInRunPod.Endpoint}/none", Cancellation)).State);

        // It refuses to cancel what is over.
        _runPod.JobOf("run_one").Status = "COMPLETED";
        _runPod.Fault = operation => operation == "cancel" ? new StandInFault(false, 400, "{}") : null;
        Assert.True(await Provider().StopAsync(id, Cancellation));
        _runPod.JobOf("run_one").Status = "IN_PROGRESS";
        Assert.Equal(ProviderErrorKind.Refused, (await Assert.ThrowsAsync<ProviderException>(() => Provider().StopAsync(id, Cancellation))).Kind);
    }

    [Fact]
    public async Task Job_is_followed_where_it_was_started_when_the_setting_names_another_endpoint()
    {
        var id = await Provider().StartAsync(Order(null), Cancellation);
        Assert.Equal(ProgressState.Waiting, (await Provider(endpoint: "another").LookAsync(id, Cancellation)).State);
        Assert.True(await Provider(endpoint: "another").StopAsync(id, Cancellation));
        foreach (var wrong in new[] { "", "a", "a/b/c", "../x", "a/..", "a/b?c" })
            await Assert.ThrowsAsync<ProviderException>(() => Provider().LookAsync(wrong, Cancellation));
    }

    [Theory]
    [InlineData(400, ProviderErrorKind.Refused, "RUNPOD_ENDPOINT_ID")]
    [InlineData(401, ProviderErrorKind.Unauthorized, "RUNPOD_API_KEY")]
    [InlineData(402, ProviderErrorKind.Unauthorized, "balance")]
    [InlineData(403, ProviderErrorKind.Unauthorized, "RUNPOD_API_KEY")]
    [InlineData(404, ProviderErrorKind.NotFound, "RUNPOD_ENDPOINT_ID")]
    [InlineData(408, ProviderErrorKind.Busy, "")]
    [InlineData(413, ProviderErrorKind.Refused, "too large")]
    [InlineData(418, ProviderErrorKind.Refused, "RUNPOD_BASE_URL")]
    [InlineData(302, ProviderErrorKind.Refused, "RUNPOD_BASE_URL")]
    [InlineData(429, ProviderErrorKind.Busy, "")]
    [InlineData(500, ProviderErrorKind.Busy, "")]
    [InlineData(502, ProviderErrorKind.Unclear, "")]
    [InlineData(503, ProviderErrorKind.Busy, "")]
    [InlineData(504, ProviderErrorKind.Unclear, "")]
    [InlineData(520, ProviderErrorKind.Unclear, "")]
    [InlineData(522, ProviderErrorKind.Busy, "")]
    [InlineData(524, ProviderErrorKind.Unclear, "")]
    public async Task Every_refusal_has_its_kind_and_names_the_setting(int status, ProviderErrorKind kind, string setting)
    {
        // Who answers repeats the key, as a careless proxy does.
        _runPod.Fault = _ => new StandInFault(false, status, $"no!\0 Bearer {StandInRunPod.Key}");
        var e = await Assert.ThrowsAsync<ProviderException>(() => Provider().StartAsync(Order(null), Cancellation));
        Assert.Equal((kind, $"no!  Bearer {new string('*', StandInRunPod.Key.Length)}"), (e.Kind, e.Said));
        Assert.StartsWith($"RunPod answered {status} to POST {_runPod.Address.Authority}/4m7x2k9qabcdef/run: ", e.Message, StringComparison.Ordinal);
        Assert.Contains(setting, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(StandInRunPod.Key, e.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, 200, "<html>")]
    [InlineData(true, 200, "")]
    [InlineData(true, 200, "null")]
    [InlineData(true, 200, """{"id":7}""")]
    [InlineData(true, 200, """{"id":"../../x"}""")]
    [InlineData(true, null, null)]
    [InlineData(false, null, null)]
    public async Task Answer_that_cannot_be_read_leaves_it_open_whether_it_was_done(bool isDone, int? status, string? body)
    {
        _runPod.Fault = _ => new StandInFault(isDone, status, body);
        var e = await Assert.ThrowsAsync<ProviderException>(() => Provider().StartAsync(Order(null), Cancellation));
        Assert.Equal(ProviderErrorKind.Unclear, e.Kind);
        // Sent once, whatever the client makes of a broken connection.
        Assert.Single(_runPod.Asked);
    }

    [Fact]
    public async Task Broken_connection_that_was_used_before_is_not_sent_on_again()
    {
        await Provider().CheckAsync(Cancellation);
        _runPod.Fault = operation => operation == "run" ? new StandInFault(true, null) : null;
        await Assert.ThrowsAsync<ProviderException>(() => Provider().StartAsync(Order(null), Cancellation));
        Assert.Single(_runPod.Jobs);
    }

    [Fact]
    public async Task Silence_ends_with_patience_and_a_shutdown_is_no_fault()
    {
        _runPod.Fault = _ => new StandInFault(true, 200) { IsSilent = true };
        var e = await Assert.ThrowsAsync<ProviderException>(() => Provider(TimeSpan.FromMilliseconds(200)).StartAsync(Order(null), Cancellation));
        Assert.Equal(ProviderErrorKind.Unclear, e.Kind);
        Assert.Contains("nothing within 0.2 s", e.Message, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Provider().StartAsync(Order(null), stop.Token));
    }

    [Fact]
    public async Task Nobody_there_is_told_apart_as_nothing_was_sent()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var options = new RunPodOptions { ApiKey = StandInRunPod.Key, EndpointId = "e", BaseUrl = new Uri($"http://127.0.0.1:{port}/v2") };
        var e = await Assert.ThrowsAsync<ProviderException>(() => new RunPodTraining(new RunPodHttp(_client, options, TimeProvider.System), options).StartAsync(Order(null), Cancellation));
        Assert.Equal(ProviderErrorKind.Unreachable, e.Kind);
        Assert.Contains("RUNPOD_BASE_URL", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_that_does_not_come_in_time_is_told_apart_as_nothing_was_sent()
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromMilliseconds(100),
            ConnectCallback = async (_, token) =>
            {
                await Task.Delay(Timeout.Infinite, token);
                throw new InvalidOperationException("never");
            },
        };
        using var client = new HttpClient(handler);
        var options = RunPodOnTest.OptionsOf(_runPod);
        var e = await Assert.ThrowsAsync<ProviderException>(() => new RunPodTraining(new RunPodHttp(client, options, TimeProvider.System), options).StartAsync(Order(null), Cancellation));
        Assert.Equal(ProviderErrorKind.Unreachable, e.Kind);
    }

    [Fact]
    public async Task Answer_without_end_is_not_read_to_its_end()
    {
        var id = await Provider().StartAsync(Order(null), Cancellation);
        _runPod.Fault = _ => new StandInFault(true, 200, $"\"{new string('x', RunPodHttp.MaxAnswerBytes)}\"");
        var e = await Assert.ThrowsAsync<ProviderException>(() => Provider().LookAsync(id, Cancellation));
        Assert.Equal(ProviderErrorKind.Unclear, e.Kind);
    }

    [Fact]
    public async Task Check_tells_of_the_endpoint_or_of_the_setting_that_is_wrong()
    {
        Assert.Equal("endpoint 4m7x2k9qabcdef: 1 workers idle, 4 running; 2 jobs in its queue, 3 in progress", await Provider().CheckAsync(Cancellation));
        Assert.Contains("RUNPOD_ENDPOINT_ID", (await Assert.ThrowsAsync<ProviderException>(() => Provider(endpoint: "another").CheckAsync(Cancellation))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_tell_all_their_faults_and_no_key()
    {
        Assert.Empty(RunPodOnTest.OptionsOf(_runPod).FindFaults());
        Assert.Empty(new RunPodOptions { ApiKey = "", EndpointId = "" }.FindFaults());
        var faults = new RunPodOptions { ApiKey = "short key", EndpointId = "a/b", BaseUrl = new Uri("http://api.runpod.ai/v2"), PodsUrl = new Uri("https://u:p@api.runpod.io/v2") }.FindFaults();
        Assert.Equal(["RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID", "RUNPOD_BASE_URL", "RUNPOD_PODS_URL"], faults.Select(fault => fault.Split(' ')[0]));
        Assert.DoesNotContain(faults, fault => fault.Contains("short key", StringComparison.Ordinal));
        Assert.Contains("together", Assert.Single(new RunPodOptions { ApiKey = StandInRunPod.Key, EndpointId = "" }.FindFaults()), StringComparison.Ordinal);
        Assert.Contains("together", Assert.Single(new RunPodOptions { ApiKey = "", EndpointId = "e" }.FindFaults()), StringComparison.Ordinal);
    }

    private static TrainingOrder Order(TimeSpan? limit) =>
        new(Run, [new DatasetLink("train.csv", "https://d.example.com/f?sig=1", Samples.Time("2026-11-22T10:15:00Z"))], limit);

    private RunPodTraining Provider(TimeSpan? patience = null, string endpoint = StandInRunPod.Endpoint)
    {
        var options = RunPodOnTest.OptionsOf(_runPod, patience, endpoint);
        return new RunPodTraining(new RunPodHttp(_client, options, TimeProvider.System), options);
    }

    private async Task<TrainingProgress> LookAsync(string output)
    {
        var id = await Provider().StartAsync(Order(null), Cancellation);
        var job = _runPod.Jobs[id.Split('/')[1]];
        (job.Status, job.Output) = ("COMPLETED", output);
        return await Provider().LookAsync(id, Cancellation);
    }
}
