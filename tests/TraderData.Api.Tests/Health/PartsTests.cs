using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>What <c>/ready</c> says of the parts of the service.</summary>
public sealed class PartsTests
{
    private readonly ModelJobs _jobs = new();

    [Fact]
    public async Task Part_that_hangs_fails_alone_and_holds_nobody_up_for_longer_than_its_time()
    {
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), builder => builder.Services.AddSingleton(TimeProvider.System).AddSingleton<IHealthPart, HangingPart>());

        using var json = JsonDocument.Parse((await api.GetAsync("/ready")).Text);

        Assert.Equal("degraded", json.RootElement.GetProperty("status").GetString());
        Assert.Equal("did not answer within 2 s", PartOf(json.RootElement, "hanging").GetProperty("reason").GetString());
        Assert.Equal("ok", PartOf(json.RootElement, "store").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Banned_source_is_told_with_reason_and_remedy_and_the_service_stays_ready()
    {
        _jobs.Budgets["binance"] = new BudgetRecord { BannedUntilMs = 1_709_300_097_000 };
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), _jobs.AddTo);
        var answer = await api.GetAsync("/ready");
        using var json = JsonDocument.Parse(answer.Text);

        Assert.Equal((200, "degraded"), (answer.Status, json.RootElement.GetProperty("status").GetString()));
        Assert.Equal("banned this address until 2024-03-01T13:34:57Z", PartOf(json.RootElement, "source:binance").GetProperty("reason").GetString());
        Assert.NotEmpty(PartOf(json.RootElement, "source:binance").GetProperty("remedy").GetString()!);
    }

    [Fact]
    public async Task Ingest_that_is_behind_is_told_with_its_worst_series()
    {
        _jobs.Jobs.Add(new ScheduledJob("ingest:binance:1h", "2 0 * * * ?", false, null, [new Series("binance", "BTCUSDT", Timeframe.H1)]));
        await using var api = await ApiHost.StartAsync(await Sample.StoreAsync(), _jobs.AddTo);
        using var json = JsonDocument.Parse((await api.GetAsync("/ready")).Text);

        var part = PartOf(json.RootElement, "ingest:binance:1h");
        Assert.Equal("degraded", part.GetProperty("status").GetString());
        Assert.StartsWith("1 of 1 series are behind, binance:BTCUSDT:1h farthest, by ", part.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Parts_are_told_when_the_service_is_not_ready_too()
    {
        var store = new FaultyStore(await Sample.StoreAsync()) { BeforeLookup = _ => throw new StorageException(StorageErrorKind.Unavailable, "postgres at db:5432 is down") };
        await using var api = await ApiHost.StartAsync(store, _jobs.AddTo);
        var answer = await api.GetAsync("/ready");
        using var json = JsonDocument.Parse(answer.Text);

        Assert.Equal(503, answer.Status);
        Assert.Equal("failed", PartOf(json.RootElement.GetProperty("details"), "store").GetProperty("status").GetString());
        Assert.Equal("ok", PartOf(json.RootElement.GetProperty("details"), "jobs").GetProperty("status").GetString());
    }

    private static JsonElement PartOf(JsonElement json, string name) => json.GetProperty("parts").EnumerateArray().Single(part => part.GetProperty("name").GetString() == name);

    private sealed class HangingPart : IHealthPart
    {
        public string Name => "hanging";

        public Task<IReadOnlyList<PartHealth>> LookAsync(CancellationToken cancellationToken) => new TaskCompletionSource<IReadOnlyList<PartHealth>>().Task;
    }
}
