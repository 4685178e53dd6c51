using System.Runtime.CompilerServices;
using TraderData.Core;

namespace TraderData.Exports.Tests;

/// <summary>A store that holds one series as the blocks it was given.</summary>
internal sealed class HeldBars(Series series, params BarBlock[] blocks) : IBarStore
{
    public Provenance Provenance { get; init; } = new(AssetClass.Crypto);

    public RangeSet Fetched { get; init; } = RangeSet.Empty;

    public RangeSet Verified { get; init; } = RangeSet.Empty;

    /// <summary>Runs before each block is given; whoever waits there is to heed the token of the reader.</summary>
    public Action<int, CancellationToken>? BeforeBlock { get; init; }

    public List<BarWrite> Writes { get; } = [];

    public Task<WriteResult> WriteAsync(Series written, BarWrite write, CancellationToken cancellationToken)
    {
        Writes.Add(write);
        return Task.FromResult(new WriteResult(write.Bars.Count, 0, 0));
    }

    public async IAsyncEnumerable<BarBlock> ReadAsync(Series read, BarQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Assert.Equal(series, read);
        for (var i = 0; i < blocks.Length; i++)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            BeforeBlock?.Invoke(i, cancellationToken);
            if (blocks[i].Between(query.Range) is { Count: > 0 } block)
                yield return block;
        }
    }

    public IAsyncEnumerable<BarRevision> ReadRevisionsAsync(Series series, TimeRange range, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<SeriesInfo?> FindAsync(Series found, CancellationToken cancellationToken) => Task.FromResult(found == series ? Info() : null);

    public Task<string?> SourceOfAsync(string symbol, CancellationToken cancellationToken) => Task.FromResult<string?>(series.Source);

    public Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<SeriesInfo>>([Info()]);

    private SeriesInfo Info()
    {
        var held = blocks.Where(b => b.Count > 0).ToArray();
        return new SeriesInfo(series, held.Sum(b => b.Count), held.FirstOrDefault()?.FirstMs, held.LastOrDefault()?.LastMs, Provenance, Fetched) { Verified = Verified };
    }
}
