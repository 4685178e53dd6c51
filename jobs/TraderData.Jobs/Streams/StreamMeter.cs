using System.Diagnostics.Metrics;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>
/// How soon streamed bars are stored: meter <c>TraderData.Jobs</c>, <c>stream.delay</c>, seconds from when a bar was final until a read shows it, by source and
/// timeframe.
/// </summary>
internal sealed class StreamMeter : IDisposable
{
    private readonly Meter _meter = new("TraderData.Jobs");
    private readonly Histogram<double> _delay;
    private readonly TimeProvider _time;

    /// <summary>Begins to publish; disposing ends it.</summary>
    public StreamMeter(TimeProvider time)
    {
        _time = time;
        _delay = _meter.CreateHistogram<double>("stream.delay", "s", "How long after it was final a streamed bar was stored, by our clock");
    }

    /// <summary>Takes note that a bar was stored just now which was final at a time.</summary>
    public void Stored(Series series, long finalMs)
    {
        if (_delay.Enabled)
        {
            _delay.Record(
                (_time.GetUtcNow().ToUnixTimeMilliseconds() - finalMs) / 1_000.0,
                new KeyValuePair<string, object?>("source", series.Source), new KeyValuePair<string, object?>("timeframe", series.Timeframe.ToString()));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
