namespace TraderData.Exports;

/// <summary>
/// An export as a file. All three files are on the disk before the first gets its name; a new data file gets its name last, so that one that
/// is there has its side files. A kill at any moment leaves no part of a file under a name, and no side file beside data it does not describe.
/// </summary>
internal static class LonaFileTarget
{
    public static async Task<LonaExportResult> WriteAsync(string path, WatchedBars bars, CancellationToken cancellationToken)
    {
        var request = bars.Request;
        var name = Path.GetFileName(path);
        var data = new AtomicFile(path);
        await using (data.ConfigureAwait(false))
        {
            var (coverage, summary) = await bars.WriteAsync(data.Content, cancellationToken).ConfigureAwait(false);
            await data.SyncAsync().ConfigureAwait(false);
            var checksum = await PrepareAsync(path + LonaManifest.ChecksumEnd, LonaManifest.Checksum(name, summary), cancellationToken).ConfigureAwait(false);
            await using (checksum.ConfigureAwait(false))
            {
                var text = LonaManifest.Manifest(name, request, bars.Reading, coverage, summary);
                var manifest = await PrepareAsync(path + LonaManifest.ManifestEnd, text, cancellationToken).ConfigureAwait(false);
                await using (manifest.ConfigureAwait(false))
                {
                    if (request.Force)
                        await ReplaceAsync(path, data, checksum, manifest).ConfigureAwait(false);
                    else
                        await CreateAsync(data, checksum, manifest).ConfigureAwait(false);
                    AtomicFile.SyncFolderOf(path);
                }
            }

            return new LonaExportResult(coverage, summary, path);
        }
    }

    // A side file without its data is what a kill left between two names: it is replaced without being asked.
    private static async Task CreateAsync(AtomicFile data, AtomicFile checksum, AtomicFile manifest)
    {
        await checksum.AppearAsync(overwrite: true).ConfigureAwait(false);
        await manifest.AppearAsync(overwrite: true).ConfigureAwait(false);
        await data.AppearAsync(overwrite: false).ConfigureAwait(false);
    }

    // Old data never stands beside new side files, nor new data beside old ones: a kill in between leaves data without any.
    private static async Task ReplaceAsync(string path, AtomicFile data, AtomicFile checksum, AtomicFile manifest)
    {
        File.Delete(path + LonaManifest.ManifestEnd);
        File.Delete(path + LonaManifest.ChecksumEnd);
        AtomicFile.SyncFolderOf(path);
        await data.AppearAsync(overwrite: true).ConfigureAwait(false);
        await checksum.AppearAsync(overwrite: true).ConfigureAwait(false);
        await manifest.AppearAsync(overwrite: true).ConfigureAwait(false);
    }

    private static async Task<AtomicFile> PrepareAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        var file = new AtomicFile(path);
        try
        {
            await file.Content.WriteAsync(content, cancellationToken).ConfigureAwait(false);
            await file.SyncAsync().ConfigureAwait(false);
            return file;
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
