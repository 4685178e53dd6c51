namespace TraderData.Jobs;

/// <summary>Which series are kept up to date.</summary>
public sealed class WatchListOptions
{
    /// <summary>See <see cref="WatchList.Parse"/>.</summary>
    public IList<string> Entries { get; init; } = [];
}
