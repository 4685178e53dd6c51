using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>
/// A worker in small, as a process of its own that can be killed: round after round it writes a chunk of bars, restates an older one, seals, prunes and
/// then, in one round of three, compacts the lake and, in another, rebuilds the hot tier. What a round writes follows from its number alone.
/// </summary>
internal static class TierWorker
{
    public const string Argument = "--tier-worker";

    public const int BarsOfChunk = 400;

    private const long MinuteMs = 60_000;

    // So that chunks reach over the turns of months.
    private const long StartMs = 1_706_572_800_000;
    private const int StepOfChunks = 25 * 24 * 60;

    public static Series Series { get; } = new("import", "KILLUSDT", Timeframe.M1);

    /// <summary>The chunk that a bar belongs to.</summary>
    public static long ChunkOf(long timeMs) => (timeMs - StartMs) / (StepOfChunks * MinuteMs);

    /// <summary>What a round writes, in order.</summary>
    public static IEnumerable<BarBlock> Writes(int round)
    {
        yield return Chunk(round, round);
        if (round > 0)
            yield return Chunk((round * 7) % round, round);
    }

    /// <summary>What a worker does, each by the name that it says it by.</summary>
    public static readonly IReadOnlyList<string> Steps = ["write", "seal", "prune", "compact", "rebuild"];

    /// <summary>Does the rounds from one on, and says its number and the step on the standard output before each step begins.</summary>
    public static async Task<int> RunAsync(string folder, string database, int from, int to)
    {
        await using var storage = await OpenAsync(folder, database);
        for (var round = from; round < to; round++)
        {
            Say(round, "write");
            foreach (var bars in Writes(round))
                await storage.Bars.WriteAsync(Series, new BarWrite(bars, Provenance.Unknown, new TimeRange(bars.FirstMs, bars.LastMs + MinuteMs)), CancellationToken.None);
            Say(round, "seal");
            await storage.SealAsync(TimeText.MaxMs, CancellationToken.None);
            Say(round, "prune");
            await storage.PruneAsync(StartMs + ((round - 2) * StepOfChunks * MinuteMs), CancellationToken.None);
            if (round % 3 == 1)
                await CompactAsync(storage, round);
            if (round % 3 == 2)
                await RebuildAsync(storage, round);
        }

        return 0;
    }

    /// <summary>The storage as worker and test open it: prunes at once what was sealed.</summary>
    public static async Task<TraderDataStorage> OpenAsync(string folder, string database)
    {
        var storage = TraderDataStorage.Open(
            new StorageOptions { DataDirectory = folder, DatabaseUrl = database, PruneDelay = TimeSpan.Zero }, NullLoggerFactory.Instance);
        await storage.MigrateAsync(CancellationToken.None);
        return storage;
    }

    private static void Say(int round, string step) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round} {step}"));

    private static async Task CompactAsync(TraderDataStorage storage, int round)
    {
        Say(round, "compact");
        await foreach (var finding in storage.CompactAsync(progress: null, CancellationToken.None))
            Trace.Assert(finding.Kind != LakeFindingKind.Damaged, finding.Text);
    }

    private static async Task RebuildAsync(TraderDataStorage storage, int round)
    {
        Say(round, "rebuild");
        await foreach (var _ in storage.RebuildHotTierAsync(null, CancellationToken.None))
        {
            // Each series is done when it is told.
        }
    }

    /// <summary>The bars of a chunk as a round writes them.</summary>
    public static BarBlock Chunk(int chunk, int round)
    {
        var builder = new BarBlockBuilder(Series.ToString());
        for (var i = 0; i < BarsOfChunk; i++)
        {
            var price = new ScaledDecimal(4_215_050 + (i * 7 % 1_000) + (round * 10_000), 2);
            builder.Add(new Bar(StartMs + (((chunk * StepOfChunks) + i) * MinuteMs), price, price, price, price, new ScaledDecimal(i, 3), null, i));
        }

        return builder.Build();
    }
}
