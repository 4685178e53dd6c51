using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The dates of what is watched, a file for each source beside the lake: <c>watched/{source}.json</c>.</summary>
internal sealed class BlobWatchDates(IBlobs blobs) : IWatchDates
{
    private const string Folder = "watched/";

    // Whole files, and newer ones only: what began stays begun.
    private readonly ConcurrentDictionary<string, (string Version, IReadOnlyDictionary<Series, WatchDates> Dates)> _decoded = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<Series, WatchDates>> BeginAsync(
        string source, IReadOnlyCollection<Series> series, WatchDates dates, CancellationToken cancellationToken)
    {
        var known = await ReadAsync(source, cancellationToken);
        return series.All(known.ContainsKey) ? known : await UpdateAsync(source, all => series.Count(s => all.TryAdd(s, dates)), cancellationToken);
    }

    /// <inheritdoc/>
    public Task RereadAsync(string source, IReadOnlyCollection<Series> series, long toMs, CancellationToken cancellationToken) =>
        UpdateAsync(source, all => series.Count(s => Reread(all, s, toMs)), cancellationToken);

    private static bool Reread(SortedDictionary<Series, WatchDates> all, Series series, long toMs)
    {
        if (!all.TryGetValue(series, out var dates) || dates.RereadToMs >= toMs)
            return false;
        all[series] = dates with { RereadToMs = toMs };
        return true;
    }

    private async Task<IReadOnlyDictionary<Series, WatchDates>> ReadAsync(string source, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        var held = (await blobs.ListAsync(Folder, cancellationToken)).FirstOrDefault(blob => blob.Name == name);
        if (_decoded.TryGetValue(name, out var decoded) && decoded.Version == held.Version)
            return decoded.Dates;
        using var content = await blobs.ReadAsync(name, cancellationToken);
        var dates = content is null ? WatchFile.Empty() : WatchFile.Decode(name, source, content.Bytes);
        if (content is not null)
            _decoded[name] = (content.Version, dates);
        return dates;
    }

    // The change gives how many it changed.
    private async Task<IReadOnlyDictionary<Series, WatchDates>> UpdateAsync(
        string source, Func<SortedDictionary<Series, WatchDates>, int> change, CancellationToken cancellationToken)
    {
        var name = NameOf(source);
        var dates = WatchFile.Empty();
        await blobs.UpdateAsync(name, present =>
        {
            dates = present is null ? WatchFile.Empty() : WatchFile.Decode(name, source, present.Bytes);
            return change(dates) == 0 ? null : WatchFile.Encode(source, dates);
        }, cancellationToken);
        return dates;
    }

    private static string NameOf(string source) =>
        Series.CheckSource(source) is { } fault ? throw new ArgumentException(fault) : $"{Folder}{source}.json";
}
