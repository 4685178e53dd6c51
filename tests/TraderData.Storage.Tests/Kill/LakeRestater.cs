using Microsoft.Extensions.Logging.Abstractions;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>
/// A source that changes its mind, as a process that can be killed: round after round a fifth of the bars, over two partitions, get another value. The clock
/// follows from the round, so that what is stored does too, however often it was killed.
/// </summary>
internal static class LakeRestater
{
    public const string Argument = "--lake-restater";

    /// <summary>How many rounds a process runs at most.</summary>
    public const int Rounds = 40;

    public static readonly Series Series = new("import", "CHANGES", Timeframe.M1);

    private const int Bars = 60;
    private const int Every = 5;
    private const long MinuteMs = 60_000;

    // Half an hour before February 2024.
    private const long FirstMs = 1_706_743_800_000;

    /// <summary>Runs rounds; says that it begins, and then which round is complete.</summary>
    public static async Task<int> RunAsync(string folder, int from, int to)
    {
        using var blobs = new LocalBlobs(folder);
        var clock = new TestClock();
        var store = LakeStores.On(blobs, time: clock);
        Console.WriteLine("begin");
        for (var round = from; round < to; round++)
        {
            clock.NowMs = TimeOf(round);
            var bars = Enumerable.Range(0, Bars).Where(i => round == 0 || IsChanged(i, round)).Select(i => BarOf(i, round));
            await store.WriteAsync(Series, new BarWrite(ModelWrite.BlockOf(bars), Provenance.Unknown), CancellationToken.None);
            Console.WriteLine(round);
        }

        return 0;
    }

    /// <summary>The time of a round, Unix milliseconds UTC.</summary>
    public static long TimeOf(int round) => TestClock.StartMs + (round * 1_000L);

    /// <summary>The bars after a round.</summary>
    public static List<Bar> Model(int round) =>
        [.. Enumerable.Range(0, Bars).Select(i => BarOf(i, Enumerable.Range(0, round + 1).Last(r => r == 0 || IsChanged(i, r))))];

    private static bool IsChanged(int bar, int round) => (bar + round) % Every == 0;

    private static Bar BarOf(int index, int round)
    {
        var price = new ScaledDecimal(1_000 + round, round % 3);
        return new Bar(FirstMs + (index * MinuteMs), price, price, price, price, new ScaledDecimal(round, 0));
    }
}

/// <summary>A compaction as a process that can be killed.</summary>
internal static class LakeCompaction
{
    public const string Argument = "--lake-compaction";

    public static async Task<int> RunAsync(string folder)
    {
        await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = folder }, NullLoggerFactory.Instance);
        Console.WriteLine("begin");
        await foreach (var finding in storage.CompactAsync(progress: null, CancellationToken.None))
            Console.WriteLine(finding.File);
        return 0;
    }
}
