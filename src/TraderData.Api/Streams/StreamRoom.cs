using System.Diagnostics.Metrics;

namespace TraderData.Api;

/// <summary>How many streams are open: each holds a connection and some kilobytes. Published as meter <c>TraderData.Api</c>, <c>streams.open</c>.</summary>
internal sealed class StreamRoom : IDisposable
{
    /// <summary>Ten times what a browser page with a chart for each of a hundred symbols holds.</summary>
    public const int DefaultMost = 1_000;

    private readonly Meter _meter = new("TraderData.Api");
    private int _open;

    /// <summary>Makes one, with all places free.</summary>
    /// <param name="most">The most that may be.</param>
    public StreamRoom(int most)
    {
        Most = most;
        _meter.CreateObservableGauge("streams.open", () => Volatile.Read(ref _open), description: "Clients that follow bars by event streams");
    }

    /// <summary>The most streams that may be open at once.</summary>
    public int Most { get; }

    /// <summary>Takes a place, to be given back by <see cref="Leave"/>.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= Most)
            return true;
        Leave();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
