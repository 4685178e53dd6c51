namespace TraderData.Core;

/// <summary>Dates of a series that is watched.</summary>
/// <param name="SinceMs">When it was first to be ingested, Unix milliseconds UTC by its source's clock.</param>
/// <param name="RereadToMs">Up to where its bars were read again on a later day, Unix milliseconds UTC.</param>
public readonly record struct WatchDates(long SinceMs, long RereadToMs);

/// <summary>
/// Remembers since when series are watched, and how far they were read again, so that a source that was away for days leaves no hole that nobody knows of. All members throw
/// <see cref="StorageException"/> for the outside world's faults and may be called from any thread.
/// </summary>
public interface IWatchDates
{
    /// <summary>Begins those that are not known yet; the others stay as they are.</summary>
    /// <param name="source">Their source.</param>
    /// <param name="series">The series.</param>
    /// <param name="dates">The dates of those that are new.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The dates of all that are known of the source.</returns>
    Task<IReadOnlyDictionary<Series, WatchDates>> BeginAsync(string source, IReadOnlyCollection<Series> series, WatchDates dates, CancellationToken cancellationToken);

    /// <summary>Takes note that series that are known were read again up to a time; one that was read further already stays as it is.</summary>
    Task RereadAsync(string source, IReadOnlyCollection<Series> series, long toMs, CancellationToken cancellationToken);
}
