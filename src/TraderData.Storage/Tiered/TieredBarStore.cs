using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Two tiers as one store: writes go to the hot tier; reads are the lake overlaid by the hot tier, which wins bar by bar as a later write would.
/// Sealing folds what is over from the hot tier into the lake.
/// </summary>
internal sealed class TieredBarStore(IBarStore hot, LakeBarStore lake, ILogger<TieredBarStore> logger) : IBarStore
{
    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The timeframe is none that is stored.</exception>
    public async Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        Partition.RequireStored(series.Timeframe);
        // The hot tier keeps its own symbols apart; one that only the lake holds is looked for here.
        if (await lake.SourceOfAsync(series.Symbol, cancellationToken) is { } owner)
            LakeOwners.RequireOwner(series, owner);
        return await hot.WriteAsync(series, write, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // The first bars of both are among the first of each: a limit holds for either tier too.
        await using var below = lake.ReadAsync(series, query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var above = hot.ReadAsync(series, query, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var left = query.Limit ?? long.MaxValue;
        var overlay = new Overlay(query.NewestFirst);
        while (left > 0)
        {
            if (overlay.NeedsLake)
                overlay.PushLake(await below.MoveNextAsync() ? below.Current : null);
            if (overlay.NeedsHot)
                overlay.PushHot(await above.MoveNextAsync() ? above.Current : null);
            if (overlay.Next() is not { } window)
                yield break;
            var bars = LakeBarStore.Limit(window, query.NewestFirst, left);
            left -= bars.Count;
            yield return bars;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public async Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) =>
        Union(await lake.FindAsync(series, cancellationToken), await hot.FindAsync(series, cancellationToken));

    /// <inheritdoc/>
    public async Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) =>
        await hot.SourceOfAsync(symbol, cancellationToken) ?? await lake.SourceOfAsync(symbol, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var sealedSeries = (await lake.ListAsync(cancellationToken)).ToDictionary(i => i.Series);
        foreach (var info in await hot.ListAsync(cancellationToken))
            sealedSeries[info.Series] = Union(sealedSeries.GetValueOrDefault(info.Series), info)!;
        return
        [
            .. sealedSeries.Values.OrderBy(i => i.Series.Source, StringComparer.Ordinal)
                .ThenBy(i => i.Series.Symbol, StringComparer.Ordinal).ThenBy(i => i.Series.Timeframe.DurationMs),
        ];
    }

    /// <summary>
    /// Folds the bars of a series whose partitions have ended into the lake, and what is known of them. Nothing is taken from the hot tier. A partition
    /// that the lake already has as it is stays untouched, so that this can be repeated, also after a crash in the middle.
    /// </summary>
    /// <param name="series">The series.</param>
    /// <param name="within">Only partitions that overlap this range are folded, each of them whole.</param>
    /// <param name="closedBeforeMs">Unix milliseconds UTC: only partitions that end at or before it are folded.</param>
    /// <param name="cancellationToken">Stops the work between two partitions.</param>
    /// <returns>How many partitions were written.</returns>
    public async Task<int> SealAsync(Series series, TimeRange within, long closedBeforeMs, CancellationToken cancellationToken)
    {
        // What was fetched is read before the bars, so that it claims no more than they hold.
        if (within.IsEmpty || await hot.FindAsync(series, cancellationToken) is not { } info)
            return 0;
        var closed = Closed(series.Timeframe, within, closedBeforeMs);
        var written = 0;
        var pending = BarBlock.Empty;
        await foreach (var block in hot.ReadAsync(series, new BarQuery(closed), cancellationToken))
        {
            foreach (var (partition, bars) in Partition.Split(series.Timeframe, block))
            {
                if (pending.Count > 0 && !partition.Range.Contains(pending.FirstMs))
                {
                    written += await FoldAsync(info, pending, cancellationToken);
                    pending = BarBlock.Empty;
                }

                pending = BarMerge.Merge(pending, bars).Block;
            }
        }

        if (pending.Count > 0)
            written += await FoldAsync(info, pending, cancellationToken);
        var fetched = RangeSet.Of(info.Fetched.Select(r => r.Intersect(closed)));
        await lake.WriteAsync(series, BarBlock.Empty, info.Provenance, fetched, cancellationToken);
        return written;
    }

    /// <summary>
    /// Seals every series of the hot tier in full, see <see cref="SealAsync"/>. One that cannot be, such as one with a damaged partition, is passed over
    /// and named at the end; a tier that cannot be reached ends the work.
    /// </summary>
    /// <returns>How many partitions were written.</returns>
    /// <exception cref="StorageException">A tier cannot be reached, or series could not be sealed; all others are.</exception>
    public async Task<int> SealAllAsync(long closedBeforeMs, CancellationToken cancellationToken)
    {
        var written = 0;
        var failures = new List<(Series Series, Exception Cause)>();
        foreach (var info in await hot.ListAsync(cancellationToken))
        {
            // Other programs may keep bars of any length in the hot tier; the lake has no place for them.
            if (!info.Series.Timeframe.IsStandard)
                continue;
            try
            {
                written += await SealAsync(info.Series, TimeRange.All, closedBeforeMs, cancellationToken);
            }
            catch (Exception e) when (e is StorageException { IsTransient: false } or BadDataException or OverflowException)
            {
                TieredLog.NotSealed(logger, info.Series, e);
                failures.Add((info.Series, e));
            }
        }

        return failures.Count == 0 ? written : throw NotSealed(failures);
    }

    // The log has all of them.
    private static StorageException NotSealed(List<(Series Series, Exception Cause)> failures)
    {
        var (series, cause) = failures[0];
        var others = failures.Count == 1 ? "" : $" and {failures.Count - 1} more";
        return new StorageException((cause as StorageException)?.Kind ?? StorageErrorKind.Refused, $"{series}{others} could not be sealed: {cause.Message}", cause);
    }

    private static TimeRange Closed(Timeframe timeframe, TimeRange within, long closedBeforeMs)
    {
        var startMs = Partition.At(timeframe, within.StartMs).Range.StartMs;
        var endMs = Math.Min(Partition.At(timeframe, within.EndMs - 1).Range.EndMs, Partition.At(timeframe, closedBeforeMs).Range.StartMs);
        return new TimeRange(startMs, Math.Max(startMs, endMs));
    }

    private static SeriesInfo? Union(SeriesInfo? below, SeriesInfo? above)
    {
        if (below is null || above is null)
            return below ?? above;
        var sidecar = new Sidecar(below.Provenance, below.Fetched).With(above.Provenance, above.Fetched);
        return new SeriesInfo(
            below.Series,
            below.Rows + above.Rows,
            Least(below.FirstMs, above.FirstMs),
            -Least(-below.LastMs, -above.LastMs),
            sidecar.Provenance,
            sidecar.Fetched);
    }

    private static long? Least(long? left, long? right) => left is null || right < left ? right : left;

    private async Task<int> FoldAsync(SeriesInfo info, BarBlock bars, CancellationToken cancellationToken)
    {
        var result = await lake.WriteAsync(info.Series, bars, info.Provenance, RangeSet.Empty, cancellationToken);
        if (result.WroteNothing)
            return 0;
        TieredLog.Folded(logger, info.Series, Partition.At(info.Series.Timeframe, bars.FirstMs).Name, result.Inserted, result.Changed);
        return 1;
    }
}
