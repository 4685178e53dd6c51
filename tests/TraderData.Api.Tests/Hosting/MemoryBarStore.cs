using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>A store in memory, for the API's own behaviour. It cuts blocks at the size it is told, so that answers span several.</summary>
internal sealed class MemoryBarStore(int blockRows = 1_000) : IBarStore
{
    private readonly ConcurrentDictionary<Series, Held> _held = new();

    public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken)
    {
        var before = _held.GetValueOrDefault(series) ?? new Held(BarBlock.Empty, write.Provenance, RangeSet.Empty);
        var merged = BarMerge.Merge(before.Bars, write.Bars);
        _held[series] = new Held(merged.Block, write.Provenance, write.Fetched is { } range ? before.Fetched.With(range) : before.Fetched);
        return Task.FromResult(merged.Counts);
    }

    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var bars = (_held.GetValueOrDefault(series)?.Bars ?? BarBlock.Empty).Between(query.Range);
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

    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) =>
        Task.FromResult(_held.TryGetValue(series, out var held) ? held.Info(series) : null);

    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) =>
        Task.FromResult(_held.Keys.FirstOrDefault(s => s.Symbol == symbol)?.Source);

    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SeriesInfo>>([.. _held.Select(h => h.Value.Info(h.Key)).OrderBy(i => $"{i.Series.Source} {i.Series.Symbol} {i.Series.Timeframe.DurationMs:D20}", StringComparer.Ordinal)]);

    private sealed record Held(BarBlock Bars, Provenance Provenance, RangeSet Fetched)
    {
        public SeriesInfo Info(Series series) =>
            new(series, Bars.Count, Bars.Count > 0 ? Bars.FirstMs : null, Bars.Count > 0 ? Bars.LastMs : null, Provenance, Fetched);
    }
}
