using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The dates of what is watched, beside the lake.</summary>
internal sealed class BlobWatchDates(IBlobs blobs) : IWatchDates
{
    private readonly WatchFile _file = new(blobs);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Series, WatchDates>> BeginAsync(
        string source, IReadOnlyCollection<Series> series, WatchDates dates, CancellationToken cancellationToken)
    {
        // What began stays begun: one that is known need not be looked at again.
        var known = await _file.ReadAsync(source, cancellationToken);
        return series.All(known.ContainsKey)
            ? known
            : await _file.UpdateAsync(source, all => Change(all, series, s => all.TryAdd(s, dates)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RereadAsync(string source, IReadOnlyCollection<Series> series, long toMs, CancellationToken cancellationToken) =>
        _file.UpdateAsync(source, all => Change(all, series, s => Reread(all, s, toMs)), cancellationToken);

    // Null when it changes none of them.
    private static SortedDictionary<Series, WatchDates>? Change(SortedDictionary<Series, WatchDates> all, IEnumerable<Series> series, Func<Series, bool> change)
    {
        var isChanged = false;
        foreach (var one in series)
            isChanged |= change(one);
        return isChanged ? all : null;
    }

    private static bool Reread(SortedDictionary<Series, WatchDates> all, Series series, long toMs)
    {
        if (!all.TryGetValue(series, out var dates) || dates.RereadToMs >= toMs)
            return false;
        all[series] = dates with { RereadToMs = toMs };
        return true;
    }
}
