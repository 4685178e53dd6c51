using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// What this process knows of the hot tier without asking it. Kept true by this process' own writes and by what the database tells of those of others;
/// while the database does not tell, it is believed for a second.
/// </summary>
/// <param name="partitionsOf">Asks the hot tier of which partitions of a series it has bars.</param>
/// <param name="isTold">Tells whether the writes of others are known to be told.</param>
/// <param name="time">The clock.</param>
internal sealed class HotView(Func<Series, CancellationToken, Task<IReadOnlyList<Partition>>> partitionsOf, Func<bool> isTold, TimeProvider time)
{
    // Some kilobytes each.
    private const int Capacity = 20_000;

    private static readonly TimeSpan BelievedFor = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<Series, (HotSeries Series, Task Loaded)> _series = new();

    /// <summary>What is known of a series; asks the hot tier when nothing is, or not any more.</summary>
    public async ValueTask<HotSeries> GetAsync(Series series, CancellationToken cancellationToken)
    {
        if (_series.TryGetValue(series, out var known) && known.Loaded.IsCompletedSuccessfully && IsBelieved(known.Series))
            return known.Series;
        var (loading, loaded) = Load(series);
        await loaded.WaitAsync(cancellationToken);
        return loading;
    }

    /// <summary>Takes note that bars of a series were written.</summary>
    public void Changed(Series series, TimeRange range)
    {
        if (_series.TryGetValue(series, out var known))
            known.Series.Changed(range);
    }

    /// <summary>Takes note that any bars may have been written.</summary>
    public void Forget() => _series.Clear();

    private bool IsBelieved(HotSeries series) => isTold() || time.GetElapsedTime(series.KnownSince) < BelievedFor;

    // All who come meanwhile wait for one question; none of them may take it from the others, so that nobody's token ends it.
    private (HotSeries Series, Task Loaded) Load(Series series)
    {
        lock (_lock)
        {
            if (_series.TryGetValue(series, out var known) && (!known.Loaded.IsCompleted || known.Loaded.IsCompletedSuccessfully) && IsBelieved(known.Series))
                return known;
            if (_series.Count >= Capacity)
                _series.Clear();
            // Known before it is asked for, so that a write in between is not missed.
            var loading = new HotSeries(series.Timeframe, time.GetTimestamp());
            var start = new TaskCompletionSource();
            var loaded = LoadAsync(series, loading, start.Task);
            _series[series] = (loading, loaded);
            start.SetResult();
            return (loading, loaded);
        }
    }

    private async Task LoadAsync(Series series, HotSeries loading, Task start)
    {
        await start.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        loading.Add(await partitionsOf(series, CancellationToken.None));
    }
}
