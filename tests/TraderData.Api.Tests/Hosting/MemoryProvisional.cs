using TraderData.Core;

namespace TraderData.Api.Tests;

/// <summary>Provisional bars that a test gives.</summary>
internal sealed class MemoryProvisional : IProvisionalBars
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Series, BarBlockBuilder> _bars = [];

    public Task PutAsync(IReadOnlyList<(Series Series, Bar Bar)> bars, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var (series, bar) in bars)
            {
                if (!_bars.TryGetValue(series, out var builder))
                    _bars[series] = builder = new BarBlockBuilder(series.ToString());
                builder.Add(bar);
            }
        }

        return Task.CompletedTask;
    }

    public Task<BarBlock> ReadAsync(Series series, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_bars.TryGetValue(series, out var builder))
                return Task.FromResult(BarBlock.Empty);
            var block = builder.Build();
            for (var i = 0; i < block.Count; i++)
                builder.Add(block.At(i));
            return Task.FromResult(block);
        }
    }
}
