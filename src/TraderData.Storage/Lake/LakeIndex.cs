using Microsoft.Extensions.Logging;
using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>Tells what series the lake holds, from the partitions' footers and the sidecars; each is read once for each of its versions.</summary>
internal sealed class LakeIndex(IBlobs blobs, LakeListings listings, ILogger logger)
{
    // Holds the footer of a partition several times over.
    private const int TailBytes = 16 << 10;

    // Requests to a storage account that wait at the same time.
    private const int Readers = 8;

    private readonly VersionCache<Summary> _summaries = new();
    private readonly VersionCache<Sidecar> _sidecars = new();

    // What was reported once.
    private readonly VersionCache<bool> _damaged = new();

    /// <summary>The partitions of a series, oldest first.</summary>
    public async ValueTask<IReadOnlyList<(Partition Partition, BlobEntry Blob)>> PartitionsAsync(Series series, CancellationToken cancellationToken) =>
        series.Timeframe.IsStandard ? (await listings.OfAsync(series, cancellationToken)).Partitions : [];

    /// <summary>What is known of a series; null when it is not held.</summary>
    /// <exception cref="StorageException">A file of it is damaged.</exception>
    public async Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => series.Timeframe.IsStandard
        ? await DescribeAsync(series, await listings.OfAsync(series, cancellationToken), passDamaged: false, cancellationToken)
        : null;

    /// <summary>
    /// Every series that is held, ordered by source, symbol and timeframe. A damaged file is logged and its series told from the others: one of them must
    /// not hide all that is sound. Who reads the bars in it is told of the damage.
    /// </summary>
    public async Task<IReadOnlyList<SeriesInfo>> ListAsync(CancellationToken cancellationToken)
    {
        var bySeries = new Dictionary<Series, List<BlobEntry>>();
        foreach (var blob in await blobs.ListAsync(LakePath.Root, cancellationToken))
        {
            if (!LakePath.TryParse(blob.Name, out var series, out _))
                continue;
            if (!bySeries.TryGetValue(series, out var files))
                bySeries[series] = files = [];
            files.Add(blob);
        }

        Series[] ordered =
        [
            .. bySeries.Keys.OrderBy(s => s.Source, StringComparer.Ordinal).ThenBy(s => s.Symbol, StringComparer.Ordinal).ThenBy(s => s.Timeframe.DurationMs),
        ];
        var infos = new SeriesInfo?[ordered.Length];
        await Parallel.ForAsync(
            0,
            ordered.Length,
            new ParallelOptions { MaxDegreeOfParallelism = Readers, CancellationToken = cancellationToken },
            async (i, token) => infos[i] = await DescribeAsync(ordered[i], LakeListing.Of(ordered[i], bySeries[ordered[i]]), passDamaged: true, token));
        return [.. infos.OfType<SeriesInfo>()];
    }

    private async Task<SeriesInfo?> DescribeAsync(Series series, LakeListing listing, bool passDamaged, CancellationToken cancellationToken)
    {
        long rows = 0;
        long? firstMs = null;
        long? lastMs = null;
        var passed = false;
        foreach (var (partition, blob) in listing.Partitions)
        {
            var summary = await SoundAsync(blob, () => SummaryAsync(series, partition, blob, cancellationToken));
            if (summary.Rows == 0)
                continue;
            rows += summary.Rows;
            firstMs ??= summary.FirstMs;
            lastMs = summary.LastMs;
        }

        var sidecar = listing.Sidecar is { } file ? await SoundAsync(file, () => SidecarAsync(series, file, cancellationToken)) : null;
        return rows == 0 && sidecar is null && !passed
            ? null
            : (sidecar ?? Sidecar.Empty).Describe(series, rows, firstMs, lastMs);

        async Task<T?> SoundAsync<T>(BlobEntry blob, Func<Task<T>> read)
        {
            try
            {
                return await read();
            }
            catch (StorageException e) when (passDamaged && e.Kind == StorageErrorKind.Damaged)
            {
                passed = true;
                if (!_damaged.TryFind(blob, out _))
                    LakeLog.Damaged(logger, series, e);
                _damaged.Put(blob, true);
                return default;
            }
        }
    }

    private async Task<Sidecar?> SidecarAsync(Series series, BlobEntry blob, CancellationToken cancellationToken)
    {
        if (_sidecars.TryFind(blob, out var kept))
            return kept;
        if (await blobs.ReadAsync(blob.Name, cancellationToken) is not { } content)
            return null;
        var sidecar = Sidecar.Decode(blob.Name, series, content.Bytes);
        _sidecars.Put(blob with { Version = content.Version }, sidecar);
        return sidecar;
    }

    private async Task<Summary> SummaryAsync(Series series, Partition partition, BlobEntry blob, CancellationToken cancellationToken)
    {
        if (_summaries.TryFind(blob, out var kept))
            return kept;
        try
        {
            if (await FooterAsync(blob, cancellationToken) is not { } footer)
                return default;
            PartitionFile.RequireOwn(series, footer);
            var summary = Summary.Of(footer);
            _summaries.Put(blob, summary);
            return summary;
        }
        catch (Exception e) when (e is ParquetException or FormatException)
        {
            throw PartitionFile.Damaged(blob.Name, series, partition, e);
        }
    }

    // Null when the blob is gone. One that was replaced since it was listed is read whole: newer is as good.
    private async Task<ParquetFooter?> FooterAsync(BlobEntry blob, CancellationToken cancellationToken)
    {
        for (var count = TailBytes; ;)
        {
            if (await blobs.ReadTailAsync(blob, count, cancellationToken) is not { } tail)
                break;
            if (ParquetFooter.TryParse(tail.Span, blob.Length, out var footer, out count))
                return footer;
        }

        return await blobs.ReadAsync(blob.Name, cancellationToken) is { } content ? ParquetFooter.Parse(content.Bytes.Span) : null;
    }

    private readonly record struct Summary(long Rows, long FirstMs, long LastMs)
    {
        public static Summary Of(ParquetFooter footer)
        {
            if (footer.Rows == 0)
                return default;
            var times = footer.RowGroups.Select(g => g.Chunks[footer.Schema.IndexOf(BarFile.TimeColumn)].Statistics).ToList();
            return times.TrueForAll(t => t is { Min: not null, Max: not null })
                ? new Summary(footer.Rows, times.Min(t => t.Min!.Value), times.Max(t => t.Max!.Value))
                : throw new FormatException("no statistics of bar_ts");
        }
    }
}
