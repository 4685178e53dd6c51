using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Two tiers as one store: writes go to the hot tier; reads are the lake overlaid by the hot tier, which wins bar by bar as a later write would.
/// What was read is kept, partition by partition, until one of the tiers changes.
/// </summary>
internal sealed class TieredBarStore : IBarStore
{
    private static readonly TimeSpan OwnerKnownFor = TimeSpan.FromSeconds(1);
    private const int MaxOwners = 100_000;

    private readonly PostgresBarStore _hot;
    private readonly LakeBarStore _lake;
    private readonly HotView _view;
    private readonly MergedPartitions _partitions;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<string, (string Source, long Since)> _owners = new(StringComparer.Ordinal);

    /// <summary>Puts two tiers together.</summary>
    public TieredBarStore(PostgresBarStore hot, LakeBarStore lake, HotView view, BlockCache cache, TimeProvider time)
    {
        (_hot, _lake, _view, _time) = (hot, lake, view, time);
        _partitions = new MergedPartitions(hot, lake, cache);
    }

    /// <summary>Called with the series after each write that changed bars, when reads show them. Must not throw.</summary>
    public event Action<Series>? Written;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The timeframe is none that is stored.</exception>
    public async Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        Partition.RequireStored(series.Timeframe);
        // The hot tier keeps its own symbols apart; one that only the lake holds is looked for here.
        if (await _lake.SourceOfAsync(series.Symbol, cancellationToken) is { } owner)
            LakeOwners.RequireOwner(series, owner);
        var pruned = await PrunedAsync(series, write.Bars, cancellationToken);
        var restated = pruned.Count == 0 ? default : await WritePrunedAsync(series, new BarWrite(pruned, write.Provenance), cancellationToken);
        return WriteMeter.Count(
            series, restated + await WriteHotAsync(series, write with { Bars = write.Bars.Slice(pruned.Count, write.Bars.Count - pruned.Count) }, cancellationToken));
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Limit is < 1)
            throw new ArgumentOutOfRangeException(nameof(query), query.Limit, "a limit must be 1 or more");
        if (!series.Timeframe.IsStandard)
        {
            // Other programs may keep bars of any length in the hot tier; the lake has no place for them.
            await foreach (var block in _hot.ReadAsync(series, query, cancellationToken))
                yield return block;
            yield break;
        }

        var left = query.Limit ?? long.MaxValue;
        foreach (var (partition, above) in await PartitionsAsync(series, query, cancellationToken))
        {
            var within = query with { Range = partition.Range.Intersect(query.Range), Limit = left };
            var bars = query.AsOfMs is null ? await _partitions.ReadAsync(series, partition, above, within, cancellationToken) : null;
            var pieces = bars is not null ? [bars] : await _partitions.ReadPiecesAsync(series, within.Range, query.AsOfMs, cancellationToken);
            foreach (var piece in query.NewestFirst ? pieces.Reverse() : pieces)
            {
                var given = piece.Between(within with { Limit = left });
                if (given.Count == 0)
                    continue;
                left -= given.Count;
                yield return given;
                if (left == 0)
                    yield break;
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // By partition, so that no more than a partition's revisions are held at once; a value that both tiers tell of is told once.
        foreach (var (partition, above) in await PartitionsAsync(series, new BarQuery(range), cancellationToken))
        {
            var within = partition.Range.Intersect(range);
            var told = new SortedSet<(long TimeMs, long ReplacedMs)>();
            var revisions = new List<BarRevision>();
            if (above is not null)
                await CollectAsync(_hot.ReadRevisionsAsync(series, within, cancellationToken));
            await CollectAsync(_lake.ReadRevisionsAsync(series, within, cancellationToken));
            foreach (var revision in revisions.OrderBy(r => r.Old.TimeMs).ThenBy(r => r.ReplacedMs))
                yield return revision;

            async Task CollectAsync(IAsyncEnumerable<BarRevision> some)
            {
                await foreach (var revision in some)
                {
                    if (told.Add((revision.Old.TimeMs, revision.ReplacedMs)))
                        revisions.Add(revision);
                }
            }
        }
    }

    /// <inheritdoc/>
    public async Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken)
    {
        var below = await _lake.FindAsync(series, cancellationToken);
        var above = await _hot.FindAsync(series, cancellationToken);
        return below is null || above is null ? below ?? above : Union(below, above, await _hot.InBothTiersAsync(series.Symbol, cancellationToken));
    }

    /// <inheritdoc/>
    public async Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken)
    {
        if (_owners.TryGetValue(symbol, out var known) && _time.GetElapsedTime(known.Since) < OwnerKnownFor)
            return known.Source;
        var owner = await _hot.SourceOfAsync(symbol, cancellationToken) ?? await _lake.SourceOfAsync(symbol, cancellationToken);
        if (_owners.Count >= MaxOwners)
            _owners.Clear();
        if (owner is not null)
            _owners[symbol] = (owner, _time.GetTimestamp());
        return owner;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var all = (await _lake.ListAsync(cancellationToken)).ToDictionary(i => i.Series);
        var hot = await _hot.ListAsync(cancellationToken);
        var inBoth = await _hot.InBothTiersAsync(symbol: null, cancellationToken);
        foreach (var above in hot)
            all[above.Series] = all.TryGetValue(above.Series, out var below) ? Union(below, above, inBoth) : above;
        return
        [
            .. all.Values.OrderBy(i => i.Series.Source, StringComparer.Ordinal)
                .ThenBy(i => i.Series.Symbol, StringComparer.Ordinal).ThenBy(i => i.Series.Timeframe.DurationMs),
        ];
    }

    private static SeriesInfo Union(SeriesInfo below, SeriesInfo above, IReadOnlyDictionary<Series, long> inBoth)
    {
        var sidecar = new Sidecar(below.Provenance, AskedRanges.Of(below)).With(above.Provenance, AskedRanges.Of(above));
        return sidecar.Describe(
            below.Series,
            // What is in both is known as of the last seal: never fewer than one of them has.
            Math.Max(Math.Max(below.Rows, above.Rows), below.Rows + above.Rows - inBoth.GetValueOrDefault(below.Series)),
            Least(below.FirstMs, above.FirstMs),
            -Least(-below.LastMs, -above.LastMs));
    }

    private static long? Least(long? left, long? right) => left is null || right < left ? right : left;

    private async ValueTask<TierWalk> PartitionsAsync(Series series, BarQuery query, CancellationToken cancellationToken) => new(
        (await _view.GetAsync(series, cancellationToken)).Partitions, await _lake.PartitionsAsync(series, cancellationToken), query.Range, query.NewestFirst);

    private async Task<WriteResult> WriteHotAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        var result = await _hot.WriteAsync(series, write, cancellationToken);
        if (write.Bars.Count > 0)
            _view.Changed(series, new TimeRange(write.Bars.FirstMs, write.Bars.LastMs + 1));
        if (!result.WroteNothing)
            Written?.Invoke(series);
        return result;
    }

    // The bars of a write that the hot tier may not have any more.
    private async Task<BarBlock> PrunedAsync(Series series, BarBlock bars, CancellationToken cancellationToken) =>
        bars.Count > 0 && await _hot.PrunedBeforeAsync(series, cancellationToken) is { } prunedBeforeMs
            ? bars.Slice(0, bars.IndexAtOrAfter(prunedBeforeMs))
            : BarBlock.Empty;

    /// <summary>Writes to the hot tier what both tiers together do not hold as it is to be written. To the hot tier alone it would be new.</summary>
    private async Task<WriteResult> WritePrunedAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        var result = default(WriteResult);
        foreach (var (_, part) in Partition.Split(series.Timeframe, write.Bars))
        {
            // Values that fit into no common block are not told apart here: all of them count as new.
            var pieces = await _partitions.ReadPiecesAsync(series, new TimeRange(part.FirstMs, part.LastMs + 1), null, cancellationToken);
            var held = pieces.Count == 1 ? pieces[0] : BarBlock.Empty;
            var merged = BarMerge.Merge(held, part);
            var news = part.Pick(NewIn(part, held, merged));
            if (news.Count > 0)
                await WriteHotAsync(series, write with { Bars = news }, cancellationToken);
            result += merged.Counts;
        }

        return result;
    }

    private static List<int> NewIn(BarBlock part, BarBlock held, BarMergeResult merged)
    {
        var replaced = merged.Replaced.Select(i => held.Times[i]).ToHashSet();
        var news = new List<int>();
        for (var i = 0; i < part.Count; i++)
        {
            if (replaced.Contains(part.Times[i]) || held.Times.BinarySearch(part.Times[i]) < 0)
                news.Add(i);
        }

        return news;
    }
}
