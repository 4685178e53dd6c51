using System.Diagnostics;
using System.Globalization;
using TraderData.Core;
using TraderData.Testing;

namespace TraderData.Storage.Tests;

/// <summary>
/// A worker that writes, seals, prunes, compacts and rebuilds is killed at random points of each and started again: no bar is lost or doubled at any time,
/// no former value is forgotten. <c>TRADER_DATA_KILLS</c> says how often it is killed, 15 when it is not set.
/// </summary>
public sealed class KilledTiersTests(PostgresServer server, ITestOutputHelper output) : IDisposable
{
    private readonly TestFolder _folder = new();

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("TRADER_DATA_KILLS"), CultureInfo.InvariantCulture, out var kills) ? kills : 15;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Worker_killed_at_any_point_loses_and_doubles_nothing()
    {
        var random = new Random(20_241);
        var database = await server.CreateDatabaseAsync(Cancellation);
        await using var watching = await TierWorker.OpenAsync(_folder.Path, database);
        var (round, kills) = (0, 0);
        var killedIn = TierWorker.Steps.ToDictionary(step => step, _ => 0);
        string Told() => $"killed {kills} times in {round + 1} rounds: {string.Join(", ", killedIn.Select(step => $"{step.Value} {step.Key}"))}";
        while (kills < Kills)
        {
            (round, var step) = await RunAndKillAsync(database, round, TierWorker.Steps[kills % TierWorker.Steps.Count], TimeSpan.FromMilliseconds(random.Next(random.Next(1, 60))));
            killedIn[step]++;
            await AssertHeldAsync(watching, round);
            if (++kills % 20 == 0)
                output.WriteLine(Told());
        }

        using (var last = Start(database, round, round + 1))
        {
            await last.StandardOutput.ReadToEndAsync(Cancellation);
            await last.WaitForExitAsync(Cancellation);
            Assert.Equal(0, last.ExitCode);
        }

        await Task.Delay(TimeSpan.FromSeconds(2), Cancellation);
        await AssertAllAsync(watching, round);
        await using var anew = await TierWorker.OpenAsync(_folder.Path, database);
        await AssertAllAsync(anew, round);
        await AssertRevisionsAsync(anew, round);
        output.WriteLine(Told());
        // A few kills may all come when the step that they were meant for is over.
        Assert.All(killedIn, step => Assert.True(step.Value > 0 || Kills < 50, $"never killed in {step.Key}"));
    }

    private static Dictionary<long, List<Bar>> Model(int lastRound)
    {
        var values = new Dictionary<long, List<Bar>>();
        for (var round = 0; round <= lastRound; round++)
        {
            foreach (var bar in TierWorker.Writes(round).SelectMany(Unpack))
            {
                if (!values.TryGetValue(bar.TimeMs, out var chain))
                    values[bar.TimeMs] = chain = [];
                if (chain.Count == 0 || chain[^1] != bar)
                    chain.Add(bar);
            }
        }

        return values;
    }

    private static IEnumerable<Bar> Unpack(BarBlock block) => Enumerable.Range(0, block.Count).Select(block.At);

    private static async Task<List<Bar>> ReadAsync(TraderDataStorage storage)
    {
        var bars = new List<Bar>();
        await foreach (var block in storage.Bars.ReadAsync(TierWorker.Series, new BarQuery(TimeRange.All), Cancellation))
            bars.AddRange(Unpack(block));
        return bars;
    }

    // Of the round that was broken off each chunk is there in full or not at all; all rounds before are.
    private static async Task AssertHeldAsync(TraderDataStorage storage, int round)
    {
        var (before, after) = (Model(round - 1), Model(round));
        var bars = await ReadAsync(storage);
        // What another process committed is served within two seconds.
        for (var since = Stopwatch.StartNew(); !before.Keys.ToHashSet().IsSubsetOf(bars.Select(b => b.TimeMs)) && since.Elapsed < TimeSpan.FromSeconds(2); bars = await ReadAsync(storage))
            await Task.Delay(50, Cancellation);
        Assert.Equal(bars.Select(b => b.TimeMs).Distinct().Order(), bars.Select(b => b.TimeMs));
        var held = bars.ToDictionary(b => b.TimeMs);
        Assert.All(before, pair => Assert.Contains(held[pair.Key], (Bar[])[pair.Value[^1], .. after[pair.Key].Skip(pair.Value.Count)]));
        Assert.All(held, pair => Assert.Contains(pair.Value, after[pair.Key]));
        Assert.All(bars.GroupBy(b => TierWorker.ChunkOf(b.TimeMs)), chunk => Assert.Equal(TierWorker.BarsOfChunk, chunk.Count()));
    }

    private static async Task AssertAllAsync(TraderDataStorage storage, int round) =>
        Assert.Equal(Model(round).OrderBy(p => p.Key).Select(p => p.Value[^1]), await ReadAsync(storage));

    // A bar that came back to the hot tier may have been recorded twice with the same value.
    private static async Task AssertRevisionsAsync(TraderDataStorage storage, int round)
    {
        var chains = (await ReadAsync(storage)).ToDictionary(b => b.TimeMs, _ => new List<Bar>());
        await foreach (var revision in storage.Bars.ReadRevisionsAsync(TierWorker.Series, TimeRange.All, Cancellation))
        {
            var chain = chains[revision.Old.TimeMs];
            if (chain.Count == 0 || chain[^1] != revision.Old)
                chain.Add(revision.Old);
        }

        foreach (var bar in await ReadAsync(storage))
        {
            if (chains[bar.TimeMs] is var chain && (chain.Count == 0 || chain[^1] != bar))
                chain.Add(bar);
        }

        Assert.Equal(Model(round).OrderBy(p => p.Key).SelectMany(p => p.Value), chains.OrderBy(p => p.Key).SelectMany(p => p.Value));
    }

    private Process Start(string database, int from, int to) => Process.Start(new ProcessStartInfo(
        "dotnet",
        ["exec", typeof(TierWorker).Assembly.Location, TierWorker.Argument, _folder.Path, database, from.ToString(CultureInfo.InvariantCulture), to.ToString(CultureInfo.InvariantCulture)])
    {
        UseShellExecute = false,
        RedirectStandardOutput = true,
    })!;

    // Kills it some time after it began a step, and gives where it was by then.
    private async Task<(int Round, string Step)> RunAndKillAsync(string database, int from, string step, TimeSpan after)
    {
        using var worker = Start(database, from, from + 1_000);
        var said = await worker.StandardOutput.ReadLineAsync(Cancellation);
        while (said?.EndsWith(step, StringComparison.Ordinal) == false)
            said = await worker.StandardOutput.ReadLineAsync(Cancellation);
        await Task.Delay(after, Cancellation);
        worker.Kill();
        while (await worker.StandardOutput.ReadLineAsync(Cancellation) is { } line)
            said = line;
        await worker.WaitForExitAsync(Cancellation);
        Assert.NotEqual(0, worker.ExitCode);
        var words = said!.Split(' ');
        return (int.Parse(words[0], CultureInfo.InvariantCulture), words[1]);
    }
}
