using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// How far the series of each ingest of this process are behind: meter <c>TraderData.Jobs</c>, <c>ingest.lag</c>, seconds, by source and timeframe, of the series
/// that is farthest behind, and <c>ingest.series</c>, of how many. The lag goes on growing when no ingest runs.
/// </summary>
internal sealed class IngestLag : IDisposable
{
    private readonly Meter _meter = new("TraderData.Jobs");
    private readonly ConcurrentDictionary<(string Source, Timeframe Timeframe), (long EndMs, int Series)> _known = [];
    private readonly CurrentWatchList _watchList;
    private readonly IBarStore _store;
    private readonly TimeProvider _time;

    /// <summary>Begins to publish; disposing ends it.</summary>
    public IngestLag(CurrentWatchList watchList, IBarStore store, TimeProvider time)
    {
        (_watchList, _store, _time) = (watchList, store, time);
        _meter.CreateObservableGauge("ingest.lag", Measure, "s", "How long ago the first bar closed that is not known, of the series farthest behind");
        _meter.CreateObservableGauge("ingest.series", Count, description: "Series that are ingested and held");
    }

    /// <summary>Looks how far the series of an ingest got. Those that are not held yet are left out.</summary>
    public async Task LookAsync(string source, Timeframe timeframe, CancellationToken cancellationToken)
    {
        var held = await _store.ListAsync(cancellationToken).ConfigureAwait(false);
        var wanted = _watchList.Value.Known(source, timeframe, held).ToHashSet();
        var ends = held.Where(info => wanted.Contains(info.Series)).Select(info => SeriesLag.KnownEndMs(info, timeframe)).OfType<long>().ToArray();
        if (ends.Length > 0)
            _known[(source, timeframe)] = (ends.Min(), ends.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<double>> Measure()
    {
        var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
        return _known.Select(known => new Measurement<double>(SeriesLag.Of(known.Value.EndMs, known.Key.Timeframe, nowMs).TotalSeconds, TagsOf(known.Key)));
    }

    private IEnumerable<Measurement<int>> Count() => _known.Select(known => new Measurement<int>(known.Value.Series, TagsOf(known.Key)));

    private static KeyValuePair<string, object?>[] TagsOf((string Source, Timeframe Timeframe) ingest) =>
        [new("source", ingest.Source), new("timeframe", ingest.Timeframe.ToString())];
}
