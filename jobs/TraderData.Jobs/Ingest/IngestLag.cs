using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// How far the series of each ingest of this process are behind: meter <c>TraderData.Jobs</c>, <c>ingest.lag</c>, seconds, by source and timeframe, of the series
/// that is farthest behind. It goes on growing when no ingest runs.
/// </summary>
internal sealed class IngestLag : IDisposable
{
    private readonly Meter _meter = new("TraderData.Jobs");
    private readonly ConcurrentDictionary<(string Source, Timeframe Timeframe), long> _knownEnds = [];
    private readonly CurrentWatchList _watchList;
    private readonly IBarStore _store;
    private readonly TimeProvider _time;

    /// <summary>Begins to publish; disposing ends it.</summary>
    public IngestLag(CurrentWatchList watchList, IBarStore store, TimeProvider time)
    {
        (_watchList, _store, _time) = (watchList, store, time);
        _meter.CreateObservableGauge("ingest.lag", Measure, "s", "How long ago the first bar closed that is not known, of the series farthest behind");
    }

    /// <summary>Looks how far the series of an ingest got. Those that are not held yet are left out.</summary>
    public async Task LookAsync(string source, Timeframe timeframe, CancellationToken cancellationToken)
    {
        var held = await _store.ListAsync(cancellationToken).ConfigureAwait(false);
        var wanted = _watchList.Value.Known(source, timeframe, held).ToHashSet();
        var ends = held.Where(info => wanted.Contains(info.Series)).Select(info => SeriesLag.KnownEndMs(info, timeframe)).OfType<long>().ToArray();
        if (ends.Length > 0)
            _knownEnds[(source, timeframe)] = ends.Min();
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Measure()
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _knownEnds.Select(end => new Measurement<double>(
            SeriesLag.Of(end.Value, end.Key.Timeframe, nowMs).TotalSeconds,
            new KeyValuePair<string, object?>("source", end.Key.Source), new KeyValuePair<string, object?>("timeframe", end.Key.Timeframe.ToString())));
    }
}
