namespace TraderData.Api;

/// <summary>How many streams are open: each holds a connection and some kilobytes.</summary>
/// <param name="most">The most that may be.</param>
internal sealed class StreamRoom(int most)
{
    /// <summary>Ten times what a browser page with a chart for each of a hundred symbols holds.</summary>
    public const int DefaultMost = 1_000;

    private int _open;

    /// <summary>The most streams that may be open at once.</summary>
    public int Most => most;

    /// <summary>Takes a place, to be given back by <see cref="Leave"/>.</summary>
    /// <returns>False when there is none.</returns>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _open) <= most)
            return true;
        Leave();
        return false;
    }

    /// <summary>Gives a place back.</summary>
    public void Leave() => Interlocked.Decrement(ref _open);
}
