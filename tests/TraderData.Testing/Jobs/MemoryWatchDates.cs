using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Testing;

/// <summary>Since when series are watched, in memory.</summary>
public sealed class MemoryWatchDates : IWatchDates
{
    private readonly ConcurrentDictionary<Series, WatchDates> _known = new();

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<Series, WatchDates>> BeginAsync(
        string source, IReadOnlyCollection<Series> series, WatchDates dates, CancellationToken cancellationToken)
    {
        foreach (var one in series)
            _known.TryAdd(one, dates);
        return Task.FromResult<IReadOnlyDictionary<Series, WatchDates>>(_known.ToDictionary());
    }

    /// <inheritdoc/>
    public Task RereadAsync(string source, IReadOnlyCollection<Series> series, long toMs, CancellationToken cancellationToken)
    {
        foreach (var one in series)
            _known[one] = _known[one] with { RereadToMs = toMs };
        return Task.CompletedTask;
    }
}
