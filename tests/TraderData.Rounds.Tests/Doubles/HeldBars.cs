using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Rounds.Tests;

/// <summary>A store of series as the blocks they were given, of any time.</summary>
internal sealed class HeldBars : IBarStore, IInstrumentBook
{
    private readonly Dictionary<Series, BarBlock[]> _series = [];

    public Provenance Provenance { get; init; } = new(AssetClass.Crypto);

    public List<BarRevision> Revisions { get; } = [];

    public HeldBars With(Series series, params BarBlock[] blocks)
    {
        _series[series] = [.. blocks.Where(b => b.Count > 0)];
        return this;
    }

    public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = query.Limit ?? long.MaxValue;
        var blocks = _series.GetValueOrDefault(series) ?? [];
        foreach (var whole in query.NewestFirst ? blocks.Reverse() : blocks)
        {
            await Task.Yield();
            var block = whole.Between(query with { Limit = left });
            left -= block.Count;
            if (block.Count > 0)
                yield return block;
            if (left == 0)
                yield break;
        }
    }

    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) =>
        Revisions.Where(r => range.Contains(r.Old.TimeMs)).ToAsyncEnumerable();

    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken)
    {
        if (_series.GetValueOrDefault(series) is not { } blocks)
            return Task.FromResult<SeriesInfo?>(null);
        return Task.FromResult<SeriesInfo?>(new SeriesInfo(
            series, blocks.Sum(b => (long)b.Count), blocks.FirstOrDefault()?.FirstMs, blocks.LastOrDefault()?.LastMs, Provenance, RangeSet.Empty));
    }

    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    Task<IReadOnlyList<ListedInstrument>> IInstrumentBook.ReadAsync(string source, CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<ListedInstrument>>([]);

    Task<IReadOnlyList<ListedInstrument>> IInstrumentBook.UpdateAsync(string source, IReadOnlyList<Instrument> listed, long nowMs, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
