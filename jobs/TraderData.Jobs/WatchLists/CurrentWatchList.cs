namespace TraderData.Jobs;

/// <summary>The watch list that counts now: of a service, the settings are read again while it runs. Safe for any thread.</summary>
public sealed class CurrentWatchList
{
    private volatile WatchList _value;

    /// <summary>Begins with a list.</summary>
    public CurrentWatchList(WatchList first) => _value = first;

    /// <summary>The list. Take it once for a piece of work: the next look may find another.</summary>
    public WatchList Value
    {
        get => _value;
        internal set => _value = value;
    }
}
