using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Provisional bars of one process.</summary>
internal sealed class MemoryProvisionalBars(TimeProvider time) : IProvisionalBars
{
    // The forming bar, and closed ones that are not settled or not stored yet.
    private const int MostOfSeries = 8;

    private readonly ConcurrentDictionary<Series, SortedList<long, (Bar Bar, long HeardAt)>> _bars = new();

    /// <inheritdoc/>
    public Task PutAsync(IReadOnlyList<(Series Series, Bar Bar)> bars, CancellationToken cancellationToken)
    {
        foreach (var (series, bar) in bars)
        {
            var known = _bars.GetOrAdd(series, _ => []);
            lock (known)
            {
                known[bar.TimeMs] = (bar, time.GetTimestamp());
                if (known.Count > MostOfSeries)
                    known.RemoveAt(0);
            }
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<BarBlock> ReadAsync(Series series, CancellationToken cancellationToken)
    {
        if (!_bars.TryGetValue(series, out var known))
            return Task.FromResult(BarBlock.Empty);
        var builder = new BarBlockBuilder(series.ToString(), MostOfSeries);
        lock (known)
        {
            foreach (var (bar, heardAt) in known.Values)
            {
                if (time.GetElapsedTime(heardAt) <= IProvisionalBars.KnownFor)
                    builder.Add(bar);
            }
        }

        return Task.FromResult(builder.Build());
    }
}
