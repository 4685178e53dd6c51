using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Rounds.Tests;

/// <summary>Builds a round as a process of its own, which can have another processor, time zone and culture, and can be killed.</summary>
internal static class RoundWorker
{
    public const string Argument = "--round-worker";

    /// <summary>Fills the store of a folder, or builds its round; prints a line for each file: its name and digest.</summary>
    /// <param name="step"><c>build</c>; or <c>publish</c>, to create the round with the key <c>key.pem</c> of the folder and publish it.</param>
    /// <param name="folder">The data folder; made and filled when it is not there.</param>
    /// <param name="bars">How many bars of a minute each of two symbols has.</param>
    public static async Task<int> RunAsync(string step, string folder, int bars)
    {
        await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = folder, BlockCacheBytes = 1 << 20 }, NullLoggerFactory.Instance, new StoppedClock("2025-12-01T00:00:00Z"));
        await FillAsync(storage.Bars, bars);
        Console.WriteLine("begun");
        var builder = new RoundBuilder(storage.Bars, storage.Files, storage.Instruments) { CodeVersion = "test" };
        if (step == "publish")
        {
            using var signer = PemSigner.Open(Path.Combine(folder, "key.pem"));
            var rounds = new RoundShelf(storage.Files, new StoppedClock("2026-02-01T00:00:00Z"));
            var desk = new RoundDesk(builder, storage.Files, rounds, signer);
            var id = RoundIds.Of(Spec(bars));
            if ((await rounds.IndexAsync(CancellationToken.None)).Find(id) is null)
                await desk.CreateAsync(Spec(bars), null, CancellationToken.None);
            await desk.PublishAsync(id, makeCurrent: true, null, CancellationToken.None);
            Console.WriteLine("publish done");
            return 0;
        }

        var manifest = await builder.BuildAsync(Spec(bars), null, CancellationToken.None);
        foreach (var file in manifest.Files)
            Console.WriteLine($"{file.Name} {file.Sha256}");
        Console.WriteLine($"{step} done");
        return 0;
    }

    public static RoundSpec Spec(int bars) => RoundSpecJson.Parse(
        System.Text.Encoding.UTF8.GetBytes($$"""
            {
              "name": "minutes", "universe": ["import:ONE", "import:TWO"], "timeframes": ["1m", "15m"], "start": "2024-01-01",
              "end": "{{TimeText.Iso(Made.StartMs + (bars * 60_000L))}}", "splits": { "train": 0.6, "validation": 0.2, "test": 0.2 }, "as_of": "2026-01-01"
            }
            """),
        Made.Ms("2026-02-01"));

    public static async Task FillAsync(IBarStore store, int bars)
    {
        const int chunk = 100_000;
        foreach (var (symbol, seed) in new[] { ("ONE", 1), ("TWO", 2) })
        {
            var series = new Series("import", symbol, Timeframe.M1);
            for (var from = 0; from < bars; from += chunk)
            {
                var block = Made.Walk(seed + from, Math.Min(chunk, bars - from), Timeframe.M1, Made.StartMs + (from * 60_000L), i => i % 1_237 == 17);
                await store.WriteAsync(series, new BarWrite(block, new Provenance(AssetClass.Crypto)), CancellationToken.None);
            }
        }
    }
}
