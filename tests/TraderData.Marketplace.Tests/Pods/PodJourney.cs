using Microsoft.Extensions.Logging;
using TraderData.Jobs;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>Pods that the service makes for deployments, at a stand-in of RunPod, on both stores.</summary>
public abstract class PodJourney(PostgresServer? server) : MarketTest(server)
{
    private readonly HttpClient _client = new();
    private readonly AllLogs _log = new();
    private ILoggerFactory _loggers = null!;
    private StandInRunPod _runPod = null!;
    private MpClient _mp = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
        _runPod = await StandInRunPod.StartAsync();
        Secret(StandInRunPod.Key);
        _mp = (await VendorAsync("acme")).Client;
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        var secrets = _runPod.Pods.All.Values.Where(pod => pod.Body.TryGetProperty("env", out _)).Select(pod => Secret(pod.EnvironmentOf("INFRA_TOKEN"))).Append(StandInRunPod.Key).ToArray();
        Assert.DoesNotContain(_log.Lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
        await base.DisposeAsync();
        _client.Dispose();
        _loggers.Dispose();
        await _runPod.DisposeAsync();
    }

    [Fact]
    public async Task Deployment_gets_a_pod_that_can_speak_for_it_and_is_followed_until_its_vendor_takes_it_offline()
    {
        var id = await DeployAsync();
        await GoOnAsync();
        var pod = Assert.Single(_runPod.Pods.All.Values);
        Assert.Equal((id, "acme/alpha:1", Host.Address.AbsoluteUri.TrimEnd('/')), (pod.Name, pod.Body.GetProperty("image").GetString(), pod.EnvironmentOf("TRADER_DATA_URL")));
        Assert.Equal("""{"id":"NVIDIA GeForce RTX 4090","count":1}""", pod.Body.GetProperty("gpu").GetRawText());
        Assert.Equal(id, pod.EnvironmentOf("DEPLOYMENT_ID"));
        var sit = _mp.With(pod.EnvironmentOf("INFRA_TOKEN"));
        Assert.StartsWith("sit_", sit.Key, StringComparison.Ordinal);
        Assert.Equal((pod.Id, "pending"), await SeeAsync(id, sit));
        foreach (var (status, expected) in new[] { ("STARTING", "pending"), ("RUNNING", "ready"), ("PAUSED", "ready"), ("EXITED", "error"), ("RUNNING", "ready"), ("ERROR", "error"), ("RUNNING", "ready") })
        {
            pod.Status = status;
            await GoOnAsync();
            Assert.Equal((pod.Id, expected), await SeeAsync(id, _mp));
        }

        // What its vendor says of it otherwise stays.
        await SetAsync(id, """{"status":"maintenance"}""");
        await GoOnAsync();
        Assert.Equal((pod.Id, "maintenance"), await SeeAsync(id, _mp));

        await SetAsync(id, """{"status":"offline"}""");
        _runPod.Fault = _ => new StandInFault(false, 503);
        Assert.Single(await TurnAsync());
        _runPod.Fault = _ => null;
        Assert.Single(_runPod.Pods.All);
        await GoOnAsync();
        Assert.Empty(_runPod.Pods.All);
        Assert.Equal((pod.Id, "offline"), await SeeAsync(id, _mp));
        var asked = _runPod.Asked.Count;
        await GoOnAsync();
        Assert.Equal(asked, _runPod.Asked.Count);
    }

    [Fact]
    public async Task Pod_that_is_gone_takes_its_deployment_offline()
    {
        var (first, second) = (await DeployAsync(), await DeployAsync());
        await GoOnAsync();
        _runPod.Pods.All.Values.Single(pod => pod.Name == first).Status = "TERMINATED";
        Assert.True(_runPod.Pods.All.TryRemove(_runPod.Pods.All.Values.Single(pod => pod.Name == second).Id, out _));
        await GoOnAsync();
        Assert.Equal("offline", (await SeeAsync(first, _mp)).Status);
        Assert.Equal("offline", (await SeeAsync(second, _mp)).Status);
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, null)]
    [InlineData(true, 504)]
    [InlineData(true, 201)]
    public async Task Pod_of_a_lost_answer_is_found_by_its_name_and_made_when_there_is_none(bool isDone, int? status)
    {
        // On another page of the list.
        for (var i = 0; i < 3; i++)
            _runPod.Pods.Add($$"""{"name":"other {{i}}"}""");
        var id = await DeployAsync();
        var asked = 0;
        // The first request lists, the second makes.
        _runPod.Fault = _ => Interlocked.Increment(ref asked) == 3 ? new StandInFault(isDone, status, "<html>") : null;
        Assert.Single(await TurnAsync());
        for (var i = 0; i < 5; i++)
            await GoOnAsync();
        var pod = Assert.Single(_runPod.Pods.All.Values, pod => pod.Name == id);
        Assert.Equal((pod.Id, "pending"), await SeeAsync(id, _mp.With(pod.EnvironmentOf("INFRA_TOKEN"))));
        Assert.Equal(4, _runPod.Pods.All.Count);
    }

    [Fact]
    public async Task Refusal_for_a_time_is_tried_again_and_leaves_no_token_that_counts()
    {
        var id = await DeployAsync();
        var tokens = await CountAsync();
        var asked = 0;
        _runPod.Fault = _ => Interlocked.Increment(ref asked) == 2 ? new StandInFault(false, 503) : null;
        Assert.Single(await TurnAsync());
        Assert.Equal(tokens, await CountAsync());
        await GoOnAsync();
        Assert.Equal(id, Assert.Single(_runPod.Pods.All.Values).Name);
        Assert.Equal(tokens + 1, await CountAsync());
    }

    [Fact]
    public async Task Refusal_for_good_is_an_error_of_the_deployment()
    {
        var id = await DeployAsync(gpu: null, cpu: "many");
        Assert.Contains("'many'", Assert.Single(await TurnAsync()), StringComparison.Ordinal);
        Assert.Equal((null, "error"), await SeeAsync(id, _mp));
        await GoOnAsync();
        Assert.Empty(_runPod.Pods.All);
    }

    [Theory]
    [InlineData("1", 2)]
    [InlineData("2", 2)]
    [InlineData("2.5", 4)]
    [InlineData("8", 8)]
    public async Task Deployment_without_a_gpu_gets_as_many_processors_as_there_can_be(string cpu, int expected)
    {
        await DeployAsync(gpu: null, cpu);
        await GoOnAsync();
        Assert.Equal(expected, Assert.Single(_runPod.Pods.All.Values).Body.GetProperty("cpu").GetProperty("vcpuCount").GetInt32());
    }

    [Fact]
    public async Task Pods_of_vendors_are_never_touched()
    {
        var theirs = _runPod.Pods.Add("""{"name":"theirs"}""");
        var id = await DeployAsync();
        await SetAsync(id, $$"""{"runpod_id":"{{theirs.Id}}","status":"pending"}""");
        await GoOnAsync();
        await SetAsync(id, """{"status":"offline"}""");
        await GoOnAsync();
        Assert.Empty(_runPod.Asked);

        // Nor when its vendor names another pod than the one that was made.
        var other = await DeployAsync();
        await GoOnAsync();
        await SetAsync(other, $$"""{"runpod_id":"{{theirs.Id}}","status":"offline"}""");
        await GoOnAsync();
        Assert.Equal(theirs, Assert.Single(_runPod.Pods.All.Values));
        Assert.DoesNotContain(_runPod.Asked, asked => asked.EndsWith(theirs.Id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Workers_at_once_make_one_pod()
    {
        for (var i = 0; i < 3; i++)
            await DeployAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Worker().RunAsync(Cancellation))));
        var id = await DeployAsync();
        // All of them saw it waiting.
        var waiting = (await Host.Store.FindDeploymentAsync(id, Cancellation))!;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Parts().Maker.MakeAsync(waiting, Cancellation))));
        Assert.Equal(4, _runPod.Pods.All.Count);
        Assert.Equal(4, _runPod.Pods.All.Values.Select(pod => pod.Name).Distinct(StringComparer.Ordinal).Count());
    }

    private async Task<string> DeployAsync(string? gpu = "NVIDIA GeForce RTX 4090", string cpu = "2")
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        var machine = gpu is null ? "" : $",\"gpu\":\"{gpu}\"";
        var made = await _mp.PostAsync("/api/deployments", $$"""{"name":"alpha","provider":"runpod","cpu":"{{cpu}}","memory":"4Gi","image":"acme/alpha:1"{{machine}}}""");
        Secret(made["infra_token"]);
        return made["deployment_id"];
    }

    private Task<Answer> SetAsync(string id, string change) => _mp.SendAsync("PATCH", $"/api/deployments/{id}", change);

    private static async Task<(string? Pod, string? Status)> SeeAsync(string id, MpClient client)
    {
        var answer = await client.GetAsync($"/api/deployments/{id}/status");
        return (answer.Data.TryGetProperty("runpod_id", out var pod) ? pod.GetString() : null, answer["status"]);
    }

    private async Task<int> CountAsync() => (await Host.Store.ListTokensAsync(Cancellation)).Count(token => token.RevokedAt is null);

    private AdvanceDeployments Worker()
    {
        var (pods, maker) = Parts();
        return new AdvanceDeployments(Host.Store, pods, maker, Time, _loggers.CreateLogger<AdvanceDeployments>());
    }

    private (RunPodPods Pods, PodMaker Maker) Parts()
    {
        var options = RunPodOnTest.OptionsOf(_runPod);
        var pods = new RunPodPods(new RunPodHttp(_client, options, TimeProvider.System), options);
        return (pods, new PodMaker(Host.Store, pods, Host.Tokens, new PodOptions { PublicUrl = Host.Address }, Time, _loggers.CreateLogger<PodMaker>()));
    }

    private async Task<IReadOnlyList<string>> TurnAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(30));
        return (await Worker().RunAsync(Cancellation)).Faults;
    }

    private async Task GoOnAsync() => Assert.Empty(await TurnAsync());
}

public sealed class JournalPodJourney() : PodJourney(null);

public sealed class PostgresPodJourney(PostgresServer server) : PodJourney(server);
