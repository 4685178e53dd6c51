using System.Collections.Concurrent;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>The files of a series.</summary>
/// <param name="Partitions">The partitions, oldest first.</param>
/// <param name="Sidecar">The file that tells of the series; null when there is none.</param>
internal sealed record LakeListing(IReadOnlyList<(Partition Partition, BlobEntry Blob)> Partitions, BlobEntry? Sidecar)
{
    /// <summary>Finds them among the files of the series' folder.</summary>
    public static LakeListing Of(Series series, IReadOnlyList<BlobEntry> files)
    {
        var folder = LakePath.Folder(series);
        var partitions = new List<(Partition Partition, BlobEntry Blob)>(files.Count);
        BlobEntry? sidecar = null;
        foreach (var blob in files)
        {
            var file = blob.Name[folder.Length..];
            if (LakePath.PartitionOf(series.Timeframe, file) is { } partition)
                partitions.Add((partition, blob));
            else if (file == LakePath.SidecarFile)
                sidecar = blob;
        }

        partitions.Sort((a, b) => a.Partition.Range.StartMs.CompareTo(b.Partition.Range.StartMs));
        return new LakeListing(partitions, sidecar);
    }
}

/// <summary>Lists the files of a series, and remembers that for a second: what this process writes is seen at once, what others write a little later.</summary>
internal sealed class LakeListings(IBlobs blobs, TimeProvider time)
{
    // Half of what a bar that another process committed may take to be served.
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    // Some 300 bytes each: 30 MB.
    private const int MaxFiles = 100_000;

    private readonly ConcurrentDictionary<Series, Kept> _kept = new();
    private readonly SingleFlight<(Series Series, int Epoch), LakeListing> _flights = new();

    // Rises with each change, so that a listing that was begun before is not taken for one that was made after. Series may share one by chance.
    private readonly int[] _epochs = new int[256];
    private int _files;

    /// <summary>The files of a series.</summary>
    public ValueTask<LakeListing> OfAsync(Series series, CancellationToken cancellationToken)
    {
        ref var epoch = ref EpochOf(series);
        var now = Volatile.Read(ref epoch);
        return _kept.TryGetValue(series, out var kept) && kept.Epoch == now && time.GetElapsedTime(kept.ReadAt) < MaxAge
            ? new ValueTask<LakeListing>(kept.Listing)
            : new ValueTask<LakeListing>(_flights.RunAsync((series, now), () => ReadAsync(series, now), cancellationToken));
    }

    /// <summary>Tells that files of a series have changed: the next listing is read anew.</summary>
    public void Changed(Series series)
    {
        Interlocked.Increment(ref EpochOf(series));
        Drop(series);
    }

    private ref int EpochOf(Series series) => ref _epochs[(uint)series.GetHashCode() % _epochs.Length];

    private async Task<LakeListing> ReadAsync(Series series, int epoch)
    {
        var readAt = time.GetTimestamp();
        var listing = LakeListing.Of(series, await blobs.ListAsync(LakePath.Folder(series), CancellationToken.None));
        Drop(series);
        if (Volatile.Read(ref _files) >= MaxFiles)
        {
            _kept.Clear();
            Volatile.Write(ref _files, 0);
        }

        if (_kept.TryAdd(series, new Kept(listing, epoch, readAt)))
            Interlocked.Add(ref _files, Weight(listing));
        return listing;
    }

    private void Drop(Series series)
    {
        if (_kept.TryRemove(series, out var kept))
            Interlocked.Add(ref _files, -Weight(kept.Listing));
    }

    // A series that is not held takes its place too.
    private static int Weight(LakeListing listing) => 1 + listing.Partitions.Count;

    private sealed record Kept(LakeListing Listing, int Epoch, long ReadAt);
}
