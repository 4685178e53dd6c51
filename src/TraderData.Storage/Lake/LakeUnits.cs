using System.Runtime.CompilerServices;
using System.Threading.Channels;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>A part of the lake that is looked at in one go: a partition with its former values, a series' file, a claim, or a file of others.</summary>
/// <param name="Name">The file that stands for it.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Series">The series; null for a claim and for files of others.</param>
/// <param name="Partition">The partition; null for all but partitions.</param>
internal sealed record LakeUnit(string Name, int Files, Series? Series, Partition? Partition);

/// <summary>Walks over the lake, some units at a time.</summary>
internal static class LakeUnits
{
    // Each holds a partition in memory; more than this wait for the disk anyway.
    private static readonly int Workers = Math.Min(4, Environment.ProcessorCount);

    /// <summary>Every unit of the lake, in the order of its files.</summary>
    public static async Task<List<LakeUnit>> FindAsync(IBlobs blobs, CancellationToken cancellationToken)
    {
        var units = new List<LakeUnit>();
        var partitions = new Dictionary<(Series Series, string Partition), int>();
        foreach (var blob in await blobs.ListAsync(LakePath.Root, cancellationToken))
        {
            var isOurs = LakePath.TryParse(blob.Name, out var series, out var file);
            var partition = isOurs ? LakePath.PartitionOf(series.Timeframe, file) ?? LakePath.RevisionsOf(series.Timeframe, file) : null;
            if (partition is not { } found)
            {
                units.Add(new LakeUnit(blob.Name, 1, isOurs && file == LakePath.SidecarFile ? series : null, Partition: null));
            }
            else if (partitions.TryGetValue((series, found.Name), out var index))
            {
                units[index] = units[index] with { Files = 2 };
            }
            else
            {
                partitions[(series, found.Name)] = units.Count;
                units.Add(new LakeUnit(LakePath.Blob(series, found), 1, series, found));
            }
        }

        foreach (var blob in await blobs.ListAsync(LakeOwners.Root, cancellationToken))
            units.Add(new LakeUnit(blob.Name, 1, Series: null, Partition: null));
        return units;
    }

    /// <summary>Runs work over units and gives what it finds, in no certain order. Ends the work when the caller goes away.</summary>
    public static async IAsyncEnumerable<LakeFinding> RunAsync(
        IReadOnlyList<LakeUnit> units,
        Func<LakeUnit, CancellationToken, Task<IReadOnlyList<LakeFinding>>> work,
        IProgress<LakeProgress>? progress,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = Channel.CreateBounded<LakeFinding>(64);
        var total = units.Sum(unit => unit.Files);
        var done = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = stop.Token };
        var running = Task.Run(async () =>
        {
            try
            {
                await Parallel.ForEachAsync(units, options, async (unit, token) =>
                {
                    foreach (var finding in await work(unit, token))
                        await found.Writer.WriteAsync(finding, token);
                    progress?.Report(new LakeProgress(Interlocked.Add(ref done, unit.Files), total));
                });
                found.Writer.Complete();
            }
            catch (Exception e)
            {
                found.Writer.Complete(e);
            }
        }, CancellationToken.None);
        try
        {
            await foreach (var finding in found.Reader.ReadAllAsync(cancellationToken))
                yield return finding;
        }
        finally
        {
            await stop.CancelAsync();
            await running;
        }
    }
}
