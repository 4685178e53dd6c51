namespace TraderData.Jobs;

/// <summary>Which series are kept up to date.</summary>
public sealed class WatchListOptions
{
    /// <summary>See <see cref="WatchList.Parse"/>.</summary>
    public IList<string> Entries { get; init; } = [];

    /// <summary>Reads the entries again while a service runs; it may throw, and is asked again then. Null when they stay as they are.</summary>
    public Func<IEnumerable<string>>? Read { get; init; }
}
