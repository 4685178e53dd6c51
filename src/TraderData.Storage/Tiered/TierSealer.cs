using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Moves what is over from the hot tier to the lake. Sealing folds a partition into the lake, reads it back and records what it found; pruning drops
/// what was sealed from the hot tier, once it was found in the lake again. Both can be killed at any point and done again.
/// </summary>
internal sealed class TierSealer(PostgresBarStore hot, LakeBarStore lake, Func<Series, CancellationToken, Task<IReadOnlyList<Partition>>> partitionsOf, TimeProvider time, ILogger<TierSealer> logger)
{
    /// <summary>
    /// Seals every partition of the hot tier that ended at or before a time and was written since it was sealed. One that cannot be, such as one with a
    /// damaged file, is passed over and named at the end; a tier that cannot be reached ends the work.
    /// </summary>
    /// <returns>How many partitions were written to the lake.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or partitions could not be sealed; all others are.</exception>
    public async Task<int> SealAllAsync(long closedBeforeMs, CancellationToken cancellationToken)
    {
        var due = await hot.DueForSealAsync(closedBeforeMs, cancellationToken);
        return await ForEachAsync(due, "sealed", (series, partition) => SealAsync(series, [partition], cancellationToken), cancellationToken);
    }

    /// <summary>Seals the partitions of a series that overlap a range and ended at or before a time.</summary>
    /// <returns>How many partitions were written to the lake.</returns>
    public async Task<int> SealAsync(Series series, TimeRange within, long closedBeforeMs, CancellationToken cancellationToken)
    {
        var closed = (await partitionsOf(series, cancellationToken))
            .Where(p => p.Range.EndMs <= closedBeforeMs && !p.Range.Intersect(within).IsEmpty).ToList();
        return await SealAsync(series, closed, cancellationToken);
    }

    /// <summary>
    /// Drops the bars of every partition that ended at or before a time and was sealed from the hot tier, if the lake, read anew, has each of them with the
    /// same values and former values. A bar that was written since the seal keeps its partition where it is.
    /// </summary>
    /// <returns>How many bars were dropped.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or partitions could not be pruned; all others are.</exception>
    public async Task<long> PruneAsync(long endedBeforeMs, TimeSpan afterSeal, CancellationToken cancellationToken)
    {
        var pruned = 0L;
        var sealedBefore = time.GetUtcNow().UtcDateTime - afterSeal;
        var due = (await hot.SealedAsync(endedBeforeMs, cancellationToken)).Where(s => s.Record.ReadAt <= sealedBefore).Select(s => (s.Series, s.Partition)).ToList();
        await ForEachAsync(
            due,
            "pruned",
            async (series, partition) =>
            {
                var rows = await hot.PruneAsync(series, partition, (bars, revisions, token) => IsInLakeAsync(series, partition, bars, revisions, token), cancellationToken);
                if (rows > 0)
                    TieredLog.Pruned(logger, series, partition.Name, rows);
                pruned += rows;
                return 0;
            },
            cancellationToken);
        return pruned;
    }

    private async Task<int> ForEachAsync(
        IReadOnlyList<(Series Series, Partition Partition)> partitions, string done, Func<Series, Partition, Task<int>> work, CancellationToken cancellationToken)
    {
        var count = 0;
        var failures = new List<(Series Series, Exception Cause)>();
        foreach (var (series, partition) in partitions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                count += await work(series, partition);
            }
            catch (Exception e) when (e is StorageException { IsTransient: false } or BadDataException or OverflowException)
            {
                TieredLog.PassedOver(logger, series, partition.Name, done, e);
                failures.Add((series, e));
            }
        }

        return failures.Count == 0 ? count : throw Failed(failures, done);
    }

    // The log has all of them.
    private static StorageException Failed(List<(Series Series, Exception Cause)> failures, string done)
    {
        var (series, cause) = failures[0];
        var others = failures.Count == 1 ? "" : $" and {failures.Count - 1} more";
        return new StorageException((cause as StorageException)?.Kind ?? StorageErrorKind.Refused, $"{series}{others} could not be {done}: {cause.Message}", cause);
    }

    private async Task<int> SealAsync(Series series, List<Partition> partitions, CancellationToken cancellationToken)
    {
        // What was fetched is read before the bars, so that it claims no more than they hold.
        if (partitions.Count == 0 || await hot.FindAsync(series, cancellationToken) is not { } info)
            return 0;
        var written = 0;
        foreach (var partition in partitions)
            written += await SealAsync(info, partition, cancellationToken) ? 1 : 0;
        var closed = RangeSet.Of(partitions.Select(p => p.Range));
        await lake.WriteAsync(series, BarBlock.Empty, info.Provenance, AskedRanges.Of(info).AnsweredWithin(closed), cancellationToken);
        return written;
    }

    private async Task<bool> SealAsync(SeriesInfo info, Partition partition, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow().UtcDateTime;
        var bars = await ReadHotAsync(info.Series, partition, cancellationToken);
        if (bars.Bars.Count == 0)
            return false;
        var revisions = await hot.RevisionsOfAsync(info.Series, partition.Range, cancellationToken);
        var result = await lake.FoldAsync(info.Series, partition, bars, revisions, info.Provenance, cancellationToken);
        if (!await IsInLakeAsync(info.Series, partition, bars, revisions, cancellationToken)
            || await lake.ReadStoredAsync(info.Series, partition, cancellationToken) is not { Bars.Bars: { Count: > 0 } stored })
        {
            throw new StorageException(
                StorageErrorKind.Damaged, $"{info.Series} {partition.Name}: the lake does not hold what was folded into it; its bars stay in the hot tier");
        }

        var record = new SealRecord(stored.Count, stored.FirstMs, stored.LastMs, BarDigest.Of(stored), readAt, bars.Bars.Count);
        await hot.RecordSealAsync(info.Series, partition, record, cancellationToken);
        if (result.WroteNothing)
            return false;
        TieredLog.Folded(logger, info.Series, partition.Name, result.Inserted, result.Changed);
        return true;
    }

    private async Task<StoredBars> ReadHotAsync(Series series, Partition partition, CancellationToken cancellationToken)
    {
        var parts = new List<StoredBars>();
        await foreach (var part in hot.ReadStoredAsync(series, partition.Range, cancellationToken))
            parts.Add(part);
        return StoredBars.Join(parts);
    }

    private async Task<bool> IsInLakeAsync(Series series, Partition partition, StoredBars bars, Revisions revisions, CancellationToken cancellationToken)
    {
        if (await lake.ReadStoredAsync(series, partition, cancellationToken) is not { } stored || !BarMerge.Merge(stored.Bars.Bars, bars.Bars).Counts.WroteNothing)
            return false;
        var former = stored.Revisions.In(partition.Range).ToDictionary(revision => (revision.Old.TimeMs, revision.RecordedMs), revision => revision.Old);
        return revisions.In(partition.Range).All(
            revision => former.TryGetValue((revision.Old.TimeMs, revision.RecordedMs), out var kept) && Tells(kept, revision.Old));
    }

    // What the hot tier did not know of a value the lake may know.
    private static bool Tells(Bar kept, Bar told) =>
        kept with { Volume = told.Volume is null ? null : kept.Volume, Vwap = told.Vwap is null ? null : kept.Vwap, Trades = told.Trades is null ? null : kept.Trades } == told;
}
