using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>What of a series was brought back to the hot tier.</summary>
/// <param name="Series">The series.</param>
/// <param name="Bars">How many bars the hot tier did not have.</param>
public readonly record struct RebuiltSeries(Series Series, long Bars);

/// <summary>
/// Fills the hot tier from the lake alone. Bars that the hot tier has win, as they do when they are read. Can be killed at any point and done again.
/// When each value was first stored stays known to the lake; the hot tier has them from now on, which says the same.
/// </summary>
internal sealed class HotTierRebuild(PostgresBarStore hot, LakeBarStore lake)
{
    /// <summary>Brings back series after series, each told when it is done.</summary>
    /// <param name="fromMs">Unix milliseconds UTC: partitions that ended at or before stay in the lake alone; null for none.</param>
    /// <param name="cancellationToken">Stops the work between two partitions.</param>
    /// <exception cref="StorageException">A tier cannot be reached, or a file of the lake is damaged.</exception>
    public async IAsyncEnumerable<RebuiltSeries> RunAsync(long? fromMs, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var info in await lake.ListAsync(cancellationToken))
        {
            var bars = 0L;
            foreach (var (partition, _) in await lake.PartitionsAsync(info.Series, cancellationToken))
            {
                if (fromMs is null || partition.Range.EndMs > fromMs)
                    bars += await CopyAsync(info, partition, cancellationToken);
            }

            await CopyAskedAsync(info, cancellationToken);
            yield return new RebuiltSeries(info.Series, bars);
        }
    }

    // Behind the bars they speak of. What the hot tier knows to be answered is no failure any more.
    private async Task CopyAskedAsync(SeriesInfo info, CancellationToken cancellationToken)
    {
        var present = await hot.FindAsync(info.Series, cancellationToken);
        var told = new BarWrite(BarBlock.Empty, info.Provenance);
        var writes = info.Fetched.Select(range => told with { Fetched = range })
            .Concat(info.Verified.Select(range => told with { Fetched = range, IsSecondAsk = true }))
            .Concat(info.Failures.Without(present?.Fetched ?? RangeSet.Empty).Select(failure => told with { Failure = failure }));
        foreach (var write in writes)
            await hot.WriteAsync(info.Series, write, cancellationToken);
    }

    private async Task<long> CopyAsync(SeriesInfo info, Partition partition, CancellationToken cancellationToken)
    {
        if (await lake.ReadStoredAsync(info.Series, partition, cancellationToken) is not { Bars.Bars: { Count: > 0 } held })
            return 0;
        var present = new HashSet<long>();
        await foreach (var block in hot.ReadAsync(info.Series, new BarQuery(partition.Range), cancellationToken))
            present.UnionWith(block.Times.ToArray());
        var missing = held.Pick([.. Enumerable.Range(0, held.Count).Where(i => !present.Contains(held.Times[i]))]);
        return (await hot.WriteAsync(info.Series, new BarWrite(missing, info.Provenance), cancellationToken)).Inserted;
    }
}
