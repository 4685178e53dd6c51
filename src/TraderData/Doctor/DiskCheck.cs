using System.Globalization;
using TraderData.Core;
using TraderData.Storage;

namespace TraderData.Cli;

/// <summary>Whether the data folder can be written to for good, and how much room is there.</summary>
internal static class DiskCheck
{
    // A month of minutes of some thirty symbols; below, the next nights will fill it.
    private const long FewBytes = 1L << 30;

    // Partitions and exports are written whole beside the old ones before they take their place.
    private const long TooFewBytes = 64L << 20;

    private const double BytesPerGigabyte = 1_000_000_000;

    public static Finding Run(string directory)
    {
        var folder = Path.GetFullPath(directory);
        try
        {
            var isNew = !Directory.Exists(folder);
            Directory.CreateDirectory(folder);
            WriteAndSync(folder);
            _ = Directory.EnumerateFileSystemEntries(folder).Any();
            var free = new DriveInfo(folder).AvailableFreeSpace;
            if (isNew)
                Directory.Delete(folder);
            return OfRoom(folder, free);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var told = LocalFault.Translate(folder, e).Message;
            return Finding.Failed("disk", told, "set TRADER_DATA_DIR or --data to a folder on a disk with room that this user may write to");
        }
    }

    private static Finding OfRoom(string folder, long free)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{folder} can be written and synced, {free / BytesPerGigabyte:N1} GB are free");
        if (free < TooFewBytes)
            return Finding.Failed("disk", text, $"make room: below {TooFewBytes >> 20} MiB files cannot be written anew");
        return free < FewBytes ? Finding.Warning("disk", text, "make room before long: months of minutes take some gigabytes") : Finding.Ok("disk", text);
    }

    private static void WriteAndSync(string folder)
    {
        var path = Path.Combine(folder, $".doctor-{Guid.NewGuid():n}");
        try
        {
            using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
            {
                file.Write("trader-data doctor\n"u8);
                file.Flush(flushToDisk: true);
            }

            FolderSync.Flush(folder);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
