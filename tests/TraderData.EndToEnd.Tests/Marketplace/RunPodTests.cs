using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using TraderData.Simulator;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>The program set up with RunPod, a stand-in of it on the loopback address.</summary>
public sealed class RunPodTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private StandInRunPod _runPod = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Dictionary<string, string> Settings => new()
    {
        ["TRADER_DATA_DIR"] = _folder.Path,
        ["INFRA_TOKEN_PEPPER"] = "a pepper that is long enough to be one",
        ["PUBLIC_URL"] = "http://127.0.0.1:8000",
        ["RUNPOD_API_KEY"] = StandInRunPod.Key,
        ["RUNPOD_ENDPOINT_ID"] = StandInRunPod.Endpoint,
        ["RUNPOD_BASE_URL"] = _runPod.BaseUrl.AbsoluteUri,
        ["RUNPOD_PODS_URL"] = _runPod.PodsUrl.AbsoluteUri,
    };

    public async ValueTask InitializeAsync() => _runPod = await StandInRunPod.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _runPod.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Settings_that_do_not_go_together_are_all_told_and_no_key_with_them()
    {
        var settings = new Dictionary<string, string>
        {
            ["TRADER_DATA_DIR"] = _folder.Path,
            ["RUNPOD_API_KEY"] = StandInRunPod.Key,
            ["RUNPOD_BASE_URL"] = "http://api.runpod.ai/v2",
            ["TraderData__RunPodDeployments"] = "true",
            ["TraderData__TrainingCostPerHourUsd"] = "-1",
        };
        var ended = (await TraderDataProcess.RunAsync(settings, "series")).Expect(2);
        foreach (var fault in new[]
        {
            "RUNPOD_API_KEY and RUNPOD_ENDPOINT_ID must be set together", "RUNPOD_BASE_URL must be an https address", "RUNPOD_API_KEY needs INFRA_TOKEN_PEPPER",
            "TrainingCostPerHourUsd must be 0 (not known) to 10000, was -1", "RunPodDeployments needs RUNPOD_API_KEY", "and PUBLIC_URL",
        })
        {
            Assert.Contains(fault, ended.Error, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(StandInRunPod.Key, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_asks_for_the_endpoint_and_the_pods_and_names_the_setting_that_is_wrong()
    {
        await using var exchange = await SimulatorHost.StartAsync(new SimulatorOptions(), Cancellation);
        var settings = new Dictionary<string, string>(Settings)
        {
            ["BINANCE_BASE_URL"] = exchange.BaseUrl.ToString(),
            ["ALPACA_DATA_URL"] = exchange.BaseUrl.ToString(),
            ["TraderData__RunPodDeployments"] = "true",
        };
        var well = await TraderDataProcess.RunAsync(settings, "doctor");
        Assert.Contains("ok    runpod: endpoint 4m7x2k9qabcdef: 1 workers idle", well.Output, StringComparison.Ordinal);
        Assert.Contains("ok    pods: pods can be listed", well.Output, StringComparison.Ordinal);

        settings["RUNPOD_API_KEY"] = "rpa_of_somebody_else_altogether";
        var ill = (await TraderDataProcess.RunAsync(settings, "doctor")).Expect(1);
        Assert.Contains("FAIL  runpod: RunPod answered 401", ill.Output, StringComparison.Ordinal);
        Assert.Contains("look at RUNPOD_API_KEY", ill.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("rpa_", ill.Output + ill.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Service_runs_both_jobs_and_keeps_the_key_to_itself()
    {
        var settings = new Dictionary<string, string>(Settings) { ["TraderData__RunPodDeployments"] = "true" };
        await using var service = TraderDataProcess.Start(settings, "serve", "--urls", "http://127.0.0.1:0");
        using var client = new HttpClient { BaseAddress = new Uri((await service.WaitForAsync("Listening on ", Cancellation)).Split(' ')[2].TrimEnd('.')) };
        var key = (await TraderDataProcess.RunAsync(settings, "keys", "create-vendor", "--name", "Acme")).Expect(0).Output.TrimEnd('\n');
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var made = await client.PostAsJsonAsync(
            "/api/deployments", new Dictionary<string, string> { ["name"] = "a", ["provider"] = "runpod", ["cpu"] = "2", ["memory"] = "4Gi", ["image"] = "acme/a:1" }, Cancellation);
        var id = (await made.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).GetProperty("data").GetProperty("deployment_id").GetString();
        foreach (var job in new[] { "advance-training", "advance-deployments" })
        {
            using var run = await client.PostAsync(new Uri($"/api/jobs/{job}/run", UriKind.Relative), null, Cancellation);
            Assert.True(run.IsSuccessStatusCode, $"{job}: {run.StatusCode} {await run.Content.ReadAsStringAsync(Cancellation)}");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (_runPod.Pods.All.IsEmpty)
            await Task.Delay(20, limit.Token);
        Assert.Equal(id, Assert.Single(_runPod.Pods.All.Values).Name);
        await service.TerminateAsync();
        Assert.DoesNotContain(StandInRunPod.Key, service.Output + service.Error, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
            Assert.DoesNotContain(StandInRunPod.Key, await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);
    }
}
