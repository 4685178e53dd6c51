using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>
/// A store in memory, for the API's own behaviour. It cuts blocks at the size it is told, so that answers span several, and keeps all that it ever held
/// by the time of its clock.
/// </summary>
internal sealed class MemoryBarStore(int blockRows = 1_000, TimeProvider? clock = null) : IBarStore
{
    private readonly TimeProvider _clock = clock ?? new FixedTime("2024-02-25T00:00:00Z");
    private readonly ConcurrentDictionary<Series, Held> _held = new();

    public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        var nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var before = _held.GetValueOrDefault(series) ?? new Held([(long.MinValue, BarBlock.Empty)], write.Provenance, RangeSet.Empty, RangeSet.Empty, FailureSet.Empty, []);
        var merged = BarMerge.Merge(before.Bars, write.Bars);
        var fetched = write.Fetched is { } range ? RangeSet.Empty.With(range) : RangeSet.Empty;
        var replaced = merged.Replaced.Select(i => before.Bars.At(i)).Select(old => new BarRevision(old, before.RecordedMs(old), nowMs));
        _held[series] = new Held(
            [.. before.Versions, (nowMs, merged.Block)],
            write.Provenance,
            before.Fetched.With(fetched),
            write.IsSecondAsk ? before.Verified.With(fetched) : before.Verified,
            write.Failure is { } failure ? before.Failures.Without(fetched).With(failure) : before.Failures.Without(fetched),
            [.. before.Revisions.Concat(replaced).OrderBy(r => r.Old.TimeMs).ThenBy(r => r.ReplacedMs)]);
        return Task.FromResult(merged.Counts);
    }

    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var held = _held.GetValueOrDefault(series);
        var bars = (held is null ? BarBlock.Empty : query.AsOfMs is { } asOfMs ? held.At(asOfMs) : held.Bars).Between(query.Range);
        var count = (int)Math.Min(bars.Count, query.Limit ?? long.MaxValue);
        bars = bars.Slice(query.NewestFirst ? bars.Count - count : 0, count);
        for (var given = 0; given < count; given += blockRows)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = Math.Min(blockRows, count - given);
            await Task.CompletedTask;
            yield return bars.Slice(query.NewestFirst ? count - given - rows : given, rows);
        }
    }

    public async IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var revision in (_held.GetValueOrDefault(series)?.Revisions ?? []).Where(r => range.Contains(r.Old.TimeMs)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            yield return revision;
        }
    }

    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) =>
        Task.FromResult(_held.TryGetValue(series, out var held) ? held.Info(series) : null);

    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) =>
        Task.FromResult(_held.Keys.FirstOrDefault(s => s.Symbol == symbol)?.Source);

    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SeriesInfo>>([.. _held.Select(h => h.Value.Info(h.Key)).OrderBy(i => $"{i.Series.Source} {i.Series.Symbol} {i.Series.Timeframe.DurationMs:D20}", StringComparer.Ordinal)]);

    /// <summary>A series with all bars it had after each write, oldest first.</summary>
    private sealed record Held(
        IReadOnlyList<(long WrittenMs, BarBlock Bars)> Versions, Provenance Provenance, RangeSet Fetched, RangeSet Verified, FailureSet Failures, IReadOnlyList<BarRevision> Revisions)
    {
        public BarBlock Bars => Versions[^1].Bars;

        public BarBlock At(long asOfMs) => Versions.Last(v => v.WrittenMs <= asOfMs).Bars;

        /// <summary>When the present value of a bar came: with the first version behind the last one that did not have it.</summary>
        public long RecordedMs(Bar bar)
        {
            var i = Versions.Count - 1;
            while (Versions[i - 1].Bars is var before && before.IndexAtOrAfter(bar.TimeMs) is var at && at < before.Count && before.At(at) == bar)
                i--;
            return Versions[i].WrittenMs;
        }

        public SeriesInfo Info(Series series) =>
            new(series, Bars.Count, Bars.Count > 0 ? Bars.FirstMs : null, Bars.Count > 0 ? Bars.LastMs : null, Provenance, Fetched) { Verified = Verified, Failures = Failures };
    }
}
