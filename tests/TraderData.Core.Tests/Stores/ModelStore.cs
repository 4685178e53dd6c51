using System.Runtime.CompilerServices;

namespace TraderData.Core.Tests;

/// <summary>One series in a dictionary: for each time its values and when each was written. Gives blocks cut anywhere, and counts what it gave.</summary>
internal sealed class ModelStore(SeriesInfo info, RandomBars random) : IBarStore
{
    private readonly SortedDictionary<long, List<(long RecordedMs, Bar Bar)>> _values = [];

    /// <summary>How many bars were read so far.</summary>
    public long Given { get; private set; }

    public SeriesInfo Info => _values.Count == 0 ? info : info with { Rows = _values.Count, FirstMs = _values.Keys.First(), LastMs = _values.Keys.Last() };

    public void Write(Bar bar, long recordedMs)
    {
        if (!_values.TryGetValue(bar.TimeMs, out var values))
            _values[bar.TimeMs] = values = [];
        values.Add((recordedMs, bar));
    }

    /// <summary>The bars that were held at a time, ascending.</summary>
    public List<Bar> At(long? asOfMs) => [.. _values.Values
        .Select(values => values.Where(v => v.RecordedMs <= (asOfMs ?? long.MaxValue)).Select(v => (Bar?)v.Bar).LastOrDefault())
        .OfType<Bar>()];

    public async IAsyncEnumerable<BarBlock> ReadAsync(Series series, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Assert.Equal(info.Series, series);
        Assert.True(query.Limit is null or > 0);
        await Task.Yield();
        var bars = At(query.AsOfMs).Where(b => query.Range.Contains(b.TimeMs)).ToList();
        var limit = (int)Math.Min(query.Limit ?? long.MaxValue, bars.Count);
        bars = query.NewestFirst ? bars[^limit..] : bars[..limit];
        var blocks = random.Cut(bars).Where(b => b.Count > 0).ToList();
        foreach (var block in query.NewestFirst ? Enumerable.Reverse(blocks) : blocks)
        {
            Given += block.Count;
            yield return block;
        }
    }

    public Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => Task.FromResult(series == info.Series ? Info : null);

    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<WriteResult> WriteAsync(Series series, BarWrite write, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
