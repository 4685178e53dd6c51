using Microsoft.Extensions.Logging;
using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>Keeps one connection up, and takes what comes over it to the lanes of its series.</summary>
internal sealed class StreamLine(
    IBarStream stream, IReadOnlyList<StreamLane> lanes, StreamWriter writer, Func<CancellationToken, Task> fill, StreamingOptions options, TimeProvider time, ILogger logger)
    : IBarListener
{
    // What held for so long does not count as a failure.
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);

    // A region or a firewall does not change its mind sooner.
    private static readonly TimeSpan WhenShutOut = TimeSpan.FromHours(1);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<Series, StreamLane> _lanes = lanes.ToDictionary(lane => lane.Series);
    private CancellationToken _stopping;

    /// <summary>Runs until it is stopped, or the source refuses what only a person can settle.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _stopping = cancellationToken;
        IReadOnlyList<Series> series = [.. lanes.Select(lane => lane.Series)];
        for (var failures = 0; ;)
        {
            var began = time.GetTimestamp();
            SourceException lost;
            try
            {
                await stream.ListenAsync(series, this, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (SourceException e)
            {
                lost = e;
            }

            // A service that stops has nothing to say of its connections, which may end a moment before it hears that it is to stop.
            await Task.Delay(Moment, time, cancellationToken).ConfigureAwait(false);

            foreach (var lane in lanes)
                lane.DropUnsettled();
            if (lost.Kind is SourceErrorKind.Unauthorized or SourceErrorKind.NotInPlan or SourceErrorKind.BadRequest)
            {
                logger.StreamStopped(stream.Name, lost.Message);
                return;
            }

            failures = time.GetElapsedTime(began) > Steady ? 0 : failures + 1;
            var wait = WaitAfter(lost, failures);
            logger.StreamLost(stream.Name, lost.Message, wait);
            await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Subscribed()
    {
        logger.StreamFollowed(stream.Name, lanes.Count);
        // What closed while there was no connection. A lane waits for it before it writes behind a hole.
        var filling = Task.Run(() => fill(_stopping), _stopping);
        foreach (var lane in lanes)
            lane.Filling = filling;
    }

    /// <inheritdoc/>
    public void Heard(Series series, in Bar bar, bool isClosed)
    {
        var lane = _lanes[series];
        if (!isClosed || stream.Settlement > TimeSpan.Zero)
            lane.AddProvisional(bar);
        if (!isClosed)
            return;
        if (stream.Settlement > TimeSpan.Zero)
            lane.AddUnsettled(bar, time.GetTimestamp());
        else if (lane.AddFinal(bar))
            writer.Queue(lane);
    }

    /// <inheritdoc/>
    public void Refused(BadDataException reason) => logger.StreamMessageRefused(stream.Name, reason.Message);

    private TimeSpan WaitAfter(SourceException lost, int failures)
    {
        if (lost.Kind is SourceErrorKind.Forbidden or SourceErrorKind.RegionBlocked)
            return WhenShutOut;
        var wait = options.FirstRetry * Math.Pow(2, Math.Clamp(failures - 1, 0, 20));
        // Half to one and a half of it, so that many workers do not come back at once.
        return (wait < options.LongestRetry ? wait : options.LongestRetry) * (0.5 + Random.Shared.NextDouble());
    }
}
