using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using TraderData.Testing;

namespace TraderData.EndToEnd.Tests;

/// <summary>A training run from a vendor's request to its end, by the program as it is run, but for RunPod.</summary>
public sealed class TrainedRoundTests(ExportedLake lake) : IClassFixture<ExportedLake>
{
    private static readonly string[] s_spec =
    [
        "--name", "three-days", "--universe", "binance:BTCUSDT", "--timeframes", "1m", "--start", "2024-08-12", "--end", "2024-08-15", "--splits", "0.5,0.25,0.25",
        "--horizons", "1", "--features", "log_return", "--embargo", "5",
    ];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_trains_on_the_published_round_and_tells_what_it_made()
    {
        await using var runPod = await StandInRunPod.StartAsync();
        using var folder = new TemporaryFolder();
        var url = $"http://127.0.0.1:{FreePort()}";
        var settings = new Dictionary<string, string>(lake.Settings)
        {
            ["ROUND_SIGNING_KEY"] = Path.Combine(folder.Path, "key.pem"),
            ["INFRA_TOKEN_PEPPER"] = "a pepper that is long enough to be one",
            ["PUBLIC_URL"] = url,
            ["RUNPOD_API_KEY"] = StandInRunPod.Key,
            ["RUNPOD_ENDPOINT_ID"] = StandInRunPod.Endpoint,
            ["RUNPOD_BASE_URL"] = runPod.BaseUrl.AbsoluteUri,
        };
        (await TraderDataProcess.RunAsync(settings, "round", "keygen", "--output", settings["ROUND_SIGNING_KEY"])).Expect(0);
        var round = (await TraderDataProcess.RunAsync(settings, ["round", "create", .. s_spec])).Expect(0).Output.Trim();
        (await TraderDataProcess.RunAsync(settings, "round", "publish", round)).Expect(0);
        var key = (await TraderDataProcess.RunAsync(settings, "keys", "create-vendor", "--name", "Acme")).Expect(0).Output.TrimEnd('\n');
        await using var service = TraderDataProcess.Start(settings, "serve", "--urls", url);
        await service.WaitForAsync("Listening on ", Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(url) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);

        var asked = await SendAsync(client, "/api/training/runs", """{"round_id":"current","dataset_urls":["https://d.example.com/f"],"task":"signal","output_format":"onnx","budget":{"max_hours":1}}""");
        var id = asked.GetProperty("run_id").GetString()!;
        Assert.Contains("it waits for its turn", asked.GetProperty("note").GetString(), StringComparison.Ordinal);
        await RunJobAsync(client);
        await WhenAsync(() => Task.FromResult(!runPod.Jobs.IsEmpty));
        var input = runPod.JobOf(id).Body.GetProperty("input");
        Assert.Equal(round, input.GetProperty("round_id").GetString());
        // As a trainer fetches them: with nothing but the address.
        using var bare = new HttpClient();
        foreach (var link in input.GetProperty("dataset_urls").EnumerateArray())
        {
            using var file = await bare.GetAsync(new Uri(link.GetProperty("url").GetString()!), Cancellation);
            Assert.Equal(HttpStatusCode.OK, file.StatusCode);
        }

        (runPod.JobOf(id).Status, runPod.JobOf(id).Output) = ("COMPLETED", """{"metrics":{"auc":0.75},"artifacts":{"commit":"c0ffee"}}""");
        // The first turn may be writing the id down still.
        await WhenAsync(async () =>
        {
            await RunJobAsync(client);
            return (await GetAsync(client, id)).GetProperty("status").GetString() == "succeeded";
        });
        Assert.Equal("""{"auc":0.75}""", (await GetAsync(client, id)).GetProperty("metrics").GetRawText());
        await service.TerminateAsync();
        Assert.DoesNotContain(StandInRunPod.Key, service.Output + service.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("sig=", service.Output + service.Error, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(settings["TRADER_DATA_DIR"], "*.json*", SearchOption.AllDirectories))
            Assert.DoesNotContain(StandInRunPod.Key, await File.ReadAllTextAsync(file, Cancellation), StringComparison.Ordinal);
    }

    private static string FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);
    }

    private static async Task<JsonElement> SendAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement.GetProperty("data");
    }

    private static async Task RunJobAsync(HttpClient client)
    {
        using var answer = await client.PostAsync(new Uri("/api/jobs/advance-training/run", UriKind.Relative), null, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
    }

    private static async Task<JsonElement> GetAsync(HttpClient client, string id) =>
        JsonDocument.Parse(await client.GetStringAsync(new Uri($"/api/training/runs/{id}", UriKind.Relative), Cancellation)).RootElement.GetProperty("data");

    private static async Task WhenAsync(Func<Task<bool>> isDone)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        limit.CancelAfter(TimeSpan.FromSeconds(90));
        while (!await isDone())
            await Task.Delay(200, limit.Token);
    }
}
