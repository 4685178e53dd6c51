using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TraderData.Jobs;
using TraderData.Testing;

namespace TraderData.Marketplace.Tests;

/// <summary>Training from the vendor's request to a stand-in of RunPod and back, on both stores, with real rounds.</summary>
public abstract class TrainingTest(PostgresServer? server) : MarketTest(server)
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private readonly AllLogs _log = new();
    private ILoggerFactory _loggers = null!;

    private protected StandInRunPod RunPod { get; private set; } = null!;

    private protected MadeRounds Rounds { get; private set; } = null!;

    /// <summary>The API with rounds.</summary>
    private protected MarketHost Service { get; private set; } = null!;

    /// <summary>The vendor's command line.</summary>
    private protected MpClient Mp { get; private set; } = null!;

    private protected string Round { get; private set; } = "";

    private protected IMarketplaceStore Store => Service.Store;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _loggers = LoggerFactory.Create(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(_log));
        RunPod = await StandInRunPod.StartAsync();
        Secret(StandInRunPod.Key);
        Rounds = await MadeRounds.CreateAsync(Time);
        Round = await Rounds.PublishAsync("hours");
        Service = await StartAsync(builder =>
        {
            Rounds.AddTo(builder);
            builder.Services.AddSingleton(new TrainingOptions { QueuedNote = TrainingOptions.Waits });
        });
        Mp = new MpClient(Service.Client, null).With((await VendorAsync("acme")).Client.Key);
    }

    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        // What the job writes never holds the key, and of links nothing that opens one.
        Assert.DoesNotContain(_log.Lines, line => line.Contains(StandInRunPod.Key, StringComparison.Ordinal) || line.Contains("sig=", StringComparison.Ordinal));
        foreach (var file in Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            Assert.DoesNotContain(StandInRunPod.Key, await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        }

        await base.DisposeAsync();
        _client.Dispose();
        _loggers.Dispose();
        await RunPod.DisposeAsync();
        await Rounds.DisposeAsync();
    }

    /// <summary>The log of the job.</summary>
    private protected IEnumerable<string> Log => _log.Lines;

    /// <summary>Asks for a run as the command line does.</summary>
    /// <returns>Its id.</returns>
    private protected async Task<string> AskAsync(string budget = """{"max_hours":2}""", string round = "current")
    {
        // So that of two the order is known.
        Time.Advance(TimeSpan.FromSeconds(1));
        var answer = await Mp.PostAsync("/api/training/runs", $$$"""
            {"round_id":"{{{round}}}","dataset_urls":["https://d.example.com/f"],"task":"signal","hyperparams":{"lr":0.001},"hf_repo_id":"acme/alpha","output_format":"onnx","wandb":{},"budget":{{{budget}}}}
            """);
        return answer["run_id"];
    }

    /// <summary>What the vendor sees of a run.</summary>
    private protected Task<Answer> SeeAsync(string id) => Mp.GetAsync($"/api/training/runs/{id}");

    private protected async Task MustBeAsync(string id, string status, string? inNote = null)
    {
        var answer = await SeeAsync(id);
        Assert.True(answer["status"] == status, answer.Text);
        if (inNote is null)
            Assert.False(answer.Data.TryGetProperty("note", out var note), $"{note}");
        else
            Assert.Contains(inNote, answer["note"], StringComparison.Ordinal);
    }

    /// <summary>The job as a process that starts now has it.</summary>
    private protected AdvanceTraining Worker(IMarketplaceStore? store = null, ITrainingProvider? provider = null, Uri? publicUrl = null, bool hasUrl = true, decimal costPerHour = 0, TimeSpan? patience = null) => new(
        store ?? Store, provider ?? Provider(patience), Rounds.Shelf, Rounds.Links,
        new TrainingOptions { PublicUrl = hasUrl ? publicUrl ?? Service.Address : null, CostPerHourUsd = costPerHour }, Time, _loggers.CreateLogger<AdvanceTraining>());

    private protected ITrainingProvider Provider(TimeSpan? patience = null, string key = StandInRunPod.Key)
    {
        var options = RunPodOnTest.OptionsOf(RunPod, patience, key: key);
        return new RunPodTraining(new RunPodHttp(_client, options, TimeProvider.System), options);
    }

    /// <summary>A turn of the job half a minute later.</summary>
    /// <returns>What did not go through.</returns>
    private protected async Task<IReadOnlyList<string>> TurnAsync(AdvanceTraining worker)
    {
        Time.Advance(TimeSpan.FromSeconds(30));
        return (await worker.RunAsync(Cancellation)).Faults;
    }

    /// <summary>A turn in which nothing goes wrong.</summary>
    private protected async Task GoOnAsync(AdvanceTraining? worker = null) => Assert.Empty(await TurnAsync(worker ?? Worker()));

    /// <summary>Fetches a link as a trainer does: with nothing but the address.</summary>
    private protected async Task<(HttpStatusCode Status, byte[] Bytes)> FetchAsync(string url)
    {
        using var answer = await _client.GetAsync(new Uri(url), Cancellation);
        return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(Cancellation));
    }

    private protected static string[] LinksOf(StandInJob job) =>
        [.. job.Body.GetProperty("input").GetProperty("dataset_urls").EnumerateArray().Select(link => link.GetProperty("url").GetString()!)];
}
