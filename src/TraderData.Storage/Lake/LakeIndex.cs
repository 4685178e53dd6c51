using TraderData.Core;
using TraderData.Parquet;

namespace TraderData.Storage;

/// <summary>Tells what series the lake holds, from the partitions' footers and the sidecars; each is read once for each of its versions.</summary>
internal sealed class LakeIndex(IBlobs blobs)
{
    // Holds the footer of a partition several times over.
    private const int TailBytes = 16 << 10;

    // Requests to a storage account that wait at the same time.
    private const int Readers = 8;

    private readonly VersionCache<Summary> _summaries = new();
    private readonly VersionCache<Sidecar> _sidecars = new();

    /// <summary>The partitions of a series, oldest first.</summary>
    public async Task<IReadOnlyList<(Partition Partition, BlobEntry Blob)>> PartitionsAsync(Series series, CancellationToken cancellationToken) =>
        series.Timeframe.IsStandard ? Partitions(series, await blobs.ListAsync(LakePath.Folder(series), cancellationToken)) : [];

    /// <summary>What is known of a series; null when it is not held.</summary>
    public async Task<SeriesInfo?> FindAsync(Series series, CancellationToken cancellationToken) => series.Timeframe.IsStandard
        ? await DescribeAsync(series, await blobs.ListAsync(LakePath.Folder(series), cancellationToken), cancellationToken)
        : null;

    /// <summary>Every series that is held, ordered by source, symbol and timeframe.</summary>
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
            async (i, token) => infos[i] = await DescribeAsync(ordered[i], bySeries[ordered[i]], token));
        return [.. infos.OfType<SeriesInfo>()];
    }

    private static List<(Partition Partition, BlobEntry Blob)> Partitions(Series series, IReadOnlyList<BlobEntry> files)
    {
        var folder = LakePath.Folder(series);
        var partitions = new List<(Partition Partition, BlobEntry Blob)>(files.Count);
        foreach (var blob in files)
        {
            if (LakePath.PartitionOf(series.Timeframe, blob.Name[folder.Length..]) is { } partition)
                partitions.Add((partition, blob));
        }

        partitions.Sort((a, b) => a.Partition.Range.StartMs.CompareTo(b.Partition.Range.StartMs));
        return partitions;
    }

    private async Task<SeriesInfo?> DescribeAsync(Series series, IReadOnlyList<BlobEntry> files, CancellationToken cancellationToken)
    {
        long rows = 0;
        long? firstMs = null;
        long? lastMs = null;
        foreach (var (partition, blob) in Partitions(series, files))
        {
            var summary = await SummaryAsync(series, partition, blob, cancellationToken);
            if (summary.Rows == 0)
                continue;
            rows += summary.Rows;
            firstMs ??= summary.FirstMs;
            lastMs = summary.LastMs;
        }

        var sidecar = await SidecarAsync(series, files, cancellationToken);
        return rows == 0 && sidecar is null
            ? null
            : new SeriesInfo(series, rows, firstMs, lastMs, (sidecar ?? Sidecar.Empty).Provenance, (sidecar ?? Sidecar.Empty).Fetched);
    }

    private async Task<Sidecar?> SidecarAsync(Series series, IReadOnlyList<BlobEntry> files, CancellationToken cancellationToken)
    {
        var name = LakePath.Sidecar(series);
        var blob = files.FirstOrDefault(f => f.Name == name);
        if (blob.Name is null)
            return null;
        if (_sidecars.TryFind(blob, out var kept))
            return kept;
        if (await blobs.ReadAsync(name, cancellationToken) is not { } content)
            return null;
        var sidecar = Sidecar.Decode(name, series, content.Bytes);
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
            var times = footer.RowGroups.Select(g => g.Chunks[footer.Schema.IndexOf("bar_ts")].Statistics).ToList();
            return times.TrueForAll(t => t is { Min: not null, Max: not null })
                ? new Summary(footer.Rows, times.Min(t => t.Min!.Value), times.Max(t => t.Max!.Value))
                : throw new FormatException("no statistics of bar_ts");
        }
    }
}
