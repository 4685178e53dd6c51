using System.Diagnostics;
using System.Globalization;
using TraderData.Core;

namespace TraderData.Storage.Tests;

/// <summary>
/// Writers that restate bars, and compactions, are killed at any moment: nothing is lost, nothing doubled, and the past stays what it was. The suite kills 60
/// times; <c>TRADER_DATA_KILLS=200 dotnet test … --filter-class '*KilledHistory*'</c> does it as often as it is told.
/// </summary>
public sealed class KilledHistoryTests(ITestOutputHelper output) : IDisposable
{
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("TRADER_DATA_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 60;

    private readonly TestFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Writer_of_restatements_killed_again_and_again_remembers_what_one_remembers_that_was_not()
    {
        var random = NewRandom();
        var kills = 0;
        var round = 0;
        while (kills < 2 * Kills / 3)
        {
            using var writer = Start(LakeRestater.Argument, Number(round), Number(round + LakeRestater.Rounds));
            var last = await KillAsync(writer, kills % 4, random);
            kills += writer.ExitCode == 0 ? 0 : 1;
            round = last is null ? round : int.Parse(last, CultureInfo.InvariantCulture) + 1;
            await CheckAsync(_folder.Path, round - 1, random);
        }

        using var expected = new TestFolder();
        await LakeRestater.RunAsync(expected.Path, 0, round + 1);
        await LakeRestater.RunAsync(_folder.Path, round, round + 1);
        output.WriteLine($"{kills} kills, {round} rounds");
        Assert.True(round > kills, "most writers are to be killed behind their first round");
        Assert.Equal(await AllAsync(expected.Path), await AllAsync(_folder.Path));
        await CheckAsync(_folder.Path, round, random);
    }

    [Fact]
    public async Task Compaction_killed_again_and_again_changes_no_answer()
    {
        const int rounds = 12;
        var random = NewRandom();
        using var sound = new TestFolder();
        await LakeRestater.RunAsync(sound.Path, 0, rounds);
        var expected = await AllAsync(sound.Path);
        var (kills, halfway, files) = (0, 0, 0);
        while (kills < Kills / 3)
        {
            if (files == 0)
                Untidy(sound.Path, _folder.Path);
            using var compactor = Start(LakeCompaction.Argument);
            var last = await KillAsync(compactor, random.Next(4), random);
            kills += compactor.ExitCode == 0 ? 0 : 1;
            halfway += compactor.ExitCode != 0 && last is not null ? 1 : 0;
            files = compactor.ExitCode == 0 ? 0 : 1;
            await CheckAsync(_folder.Path, rounds - 1, random);
            Assert.Equal(expected, await AllAsync(_folder.Path));
        }

        output.WriteLine($"{kills} kills, {halfway} between two files");
        Assert.True(halfway > kills / 8, "many compactions are to be killed behind their first file");
        await LakeCompaction.RunAsync(_folder.Path);
        Assert.Empty(await FindingsAsync(_folder.Path));
        Assert.Equal(expected, await AllAsync(_folder.Path));
    }

    private Random NewRandom()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        return new Random(seed);
    }

    // As a killed writer and an older program leave it: values that were never replaced, and a partition of the first format.
    private static void Untidy(string from, string to)
    {
        if (Directory.Exists(Path.Combine(to, "ohlcv")))
            Directory.Delete(Path.Combine(to, "ohlcv"), recursive: true);
        foreach (var path in Directory.EnumerateFiles(Path.Combine(from, "ohlcv"), "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, path);
            var target = Path.Combine(to, name);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target);
            if (!LakePath.TryParse(name, out var series, out var file) || LakePath.RevisionsOf(series.Timeframe, file) is not { } partition)
                continue;
            var blob = LakePath.Blob(series, partition);
            var held = PartitionFile.Decode(blob, series, partition, File.ReadAllBytes(Path.Combine(from, blob)), withUpdates: true);
            var present = held.Stored();
            var leftover = Revisions.Of(new RevisionLayer(present.Bars, present.UpdatedMs, present.UpdatedMs.ToArray().Select(updated => updated + 7).ToArray()));
            File.WriteAllBytes(target, RevisionsFile.Encode(series, partition, RevisionsFile.Decode(name, series, partition, File.ReadAllBytes(path)).With(leftover)));
        }

        var other = new Series("import", "OLD", Timeframe.M1);
        var old = Path.Combine(to, LakePath.Blob(other, Partition.At(Timeframe.M1, 0)));
        Directory.CreateDirectory(Path.GetDirectoryName(old)!);
        File.WriteAllBytes(old, FirstFormat.Encode(other, ModelWrite.BlockOf([FirstFormat.Sample(0)])));
    }

    private Process Start(string argument, params string[] more) => Process.Start(new ProcessStartInfo(
        "dotnet", ["exec", typeof(LakeRestater).Assembly.Location, argument, _folder.Path, .. more])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
        Environment = { ["DOTNET_TieredPGO"] = "0", ["DOTNET_TC_QuickJitForLoops"] = "1" },
    })!;

    // The last line that it wrote; null when it wrote none but the first, which says that it begins. What a process does first takes long, since it is
    // compiled then: killed in it, or a short time behind one of the lines that follow.
    private static async Task<string?> KillAsync(Process process, int lines, Random random)
    {
        string? last = null;
        await process.StandardOutput.ReadLineAsync(Cancellation);
        for (var i = 0; i < lines; i++)
            last = await process.StandardOutput.ReadLineAsync(Cancellation) ?? last;
        await Task.Delay(random.Next(lines == 0 ? 150 : 20), Cancellation);
        process.Kill();
        while (await process.StandardOutput.ReadLineAsync(Cancellation) is { } line)
            last = line;
        await process.WaitForExitAsync(Cancellation);
        return last;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    // What was complete is as it was at any time since; what was on its way is there or not, bar by bar.
    private static async Task CheckAsync(string folder, int round, Random random)
    {
        if (round < 0)
            return;
        using var blobs = new LocalBlobs(folder);
        var store = LakeStores.On(blobs);
        foreach (var then in (int[])[round, random.Next(round + 1), random.Next(round + 1)])
            Assert.Equal(LakeRestater.Model(then), await ReadAsync(store, LakeRestater.TimeOf(then)));
        var present = await ReadAsync(store, null);
        var (before, after) = (LakeRestater.Model(round), LakeRestater.Model(round + 1));
        Assert.Equal(before.Count, present.Count);
        Assert.All(present.Index(), bar => Assert.True(bar.Item == before[bar.Index] || bar.Item == after[bar.Index]));
        Assert.DoesNotContain(await FindingsAsync(folder), finding => finding.Kind == LakeFindingKind.Damaged);
    }

    private static async Task<List<Bar>> ReadAsync(LakeBarStore store, long? asOfMs)
    {
        var bars = new List<Bar>();
        await foreach (var block in store.ReadAsync(LakeRestater.Series, new BarQuery(TimeRange.All, AsOfMs: asOfMs), Cancellation))
            bars.AddRange(Enumerable.Range(0, block.Count).Select(block.At));
        return bars;
    }

    private static async Task<List<string>> AllAsync(string folder)
    {
        using var blobs = new LocalBlobs(folder);
        var store = LakeStores.On(blobs);
        var all = (await ReadAsync(store, null)).ConvertAll(bar => bar.ToString());
        await foreach (var revision in store.ReadRevisionsAsync(LakeRestater.Series, TimeRange.All, Cancellation))
            all.Add(revision.ToString());
        return all;
    }

    private static async Task<List<LakeFinding>> FindingsAsync(string folder)
    {
        await using var storage = TraderDataStorage.Open(new StorageOptions { DataDirectory = folder }, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var findings = new List<LakeFinding>();
        await foreach (var finding in storage.VerifyAsync(progress: null, Cancellation))
            findings.Add(finding);
        return findings;
    }
}
