using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Api.Tests;

/// <summary>Random queries never give a 5xx, and agree row for row with a plain model, whatever the store.</summary>
public sealed class QueryPropertyTests(ITestOutputHelper output)
{
    private static readonly string[] EveryOutcome =
    [
        "first page", "next page", "last page", "coverage", "stray", "UNKNOWN_SERIES", "UNKNOWN_PARAMETER", "REPEATED_PARAMETER", "MISSING_PARAMETER", "BAD_ENCODING",
        "QUERY_TOO_LONG", "BAD_SYMBOL", "BAD_TIMEFRAME", "BAD_TIME", "BAD_RANGE", "BAD_LIMIT", "BAD_ORDER", "BAD_CURSOR",
        "BAD_AS_OF", "BAD_FIELDS", "BAD_FORMAT", "BAD_COMPLETE", "NOT_ACCEPTABLE", "several", "several in parts", "not modified", "made", "made complete", "as of", "json", "csv", "ndjson", "parquet",
    ];

    [Fact]
    public async Task Random_queries_over_the_lake_agree_with_the_model()
    {
        var folder = Directory.CreateTempSubdirectory("trader-data-api-");
        try
        {
            var clock = new SettableTime();
            await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = folder.FullName }, NullLoggerFactory.Instance, clock);
            await RunAsync(storage.Bars, clock, 100_000);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Blocks of all sizes, which the lake's partitions do not give.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1_000)]
    public async Task Random_queries_over_blocks_of_any_size_agree_with_the_model(int blockRows)
    {
        var clock = new SettableTime();
        await RunAsync(new MemoryBarStore(blockRows, clock), clock, 5_000);
    }

    private async Task RunAsync(IBarStore store, SettableTime clock, int requests)
    {
        var seed = Environment.GetEnvironmentVariable("TRADER_DATA_SEED") is { } given ? int.Parse(given, CultureInfo.InvariantCulture) : Random.Shared.Next();
        output.WriteLine($"seed {seed} (set TRADER_DATA_SEED to repeat)");
        var market = ModelMarket.Make(new Random(seed));
        await market.FillAsync(store, clock, TestContext.Current.CancellationToken);
        await using var api = await ApiHost.StartAsync(store);
        var run = new QueryRun(api.Address, market, seed, TestContext.Current.CancellationToken);
        var watch = Stopwatch.StartNew();
        await run.RunAsync(requests);
        output.WriteLine($"{requests} requests in {watch.Elapsed.TotalSeconds:0.0} s: {string.Join(", ", run.Outcomes.OrderBy(o => o.Key).Select(o => $"{o.Key} {o.Value}"))}");
        Assert.All(EveryOutcome, outcome => Assert.Contains(outcome, run.Outcomes));
        Assert.DoesNotContain(api.Log.Entries, entry => entry.Id is >= 6000 and < 7000);
    }
}
