using System.Diagnostics;
using System.Globalization;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>Random queries never give a 5xx, and agree row for row with a plain model, whatever the store.</summary>
public sealed class QueryPropertyTests(ITestOutputHelper output)
{
    private static readonly string[] EveryOutcome =
    [
        "first page", "next page", "last page", "coverage", "stray", "UNKNOWN_SERIES", "UNKNOWN_PARAMETER", "REPEATED_PARAMETER", "MISSING_PARAMETER", "BAD_ENCODING",
        "QUERY_TOO_LONG", "BAD_SYMBOL", "BAD_TIMEFRAME", "BAD_TIME", "BAD_RANGE", "BAD_LIMIT", "BAD_ORDER", "BAD_CURSOR",
    ];

    [Fact]
    public async Task Random_queries_agree_with_the_model() => await RunAsync(new MemoryBarStore(blockRows: 333), 100_000);

    private async Task RunAsync(IBarStore store, int requests)
    {
        var seed = Environment.GetEnvironmentVariable("TRADER_DATA_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"seed {seed} (set TRADER_DATA_SEED to repeat)");
        var market = ModelMarket.Make(new Random(seed));
        await market.FillAsync(store, TestContext.Current.CancellationToken);
        await using var api = await ApiHost.StartAsync(store);
        var run = new QueryRun(api.Address, market, seed, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        await run.RunAsync(requests);
        output.WriteLine($"{requests} requests in {watch.Elapsed.TotalSeconds:0.0} s: {string.Join(", ", run.Outcomes.OrderBy(o => o.Key).Select(o => $"{o.Key} {o.Value}"))}");
        Assert.All(EveryOutcome, outcome => Assert.Contains(outcome, run.Outcomes));
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Id is >= 6000 and < 7000);
    }
}
