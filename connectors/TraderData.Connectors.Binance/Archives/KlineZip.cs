using System.IO.Compression;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>Reads a zip file of the archive: exactly one entry, of the name that belongs to the file, and no larger than its rows can be.</summary>
internal static class KlineZip
{
    // The longest row that is taken, and as many half-done rows as there are others: what is longer is no month of bars.
    private const int MaxRowBytes = 2 * KlineCsv.MaxLineBytes;

    /// <summary>Reads the bars.</summary>
    /// <param name="zip">The file; must be able to seek.</param>
    /// <param name="file">What it should be.</param>
    /// <param name="nowMs">Binance's time: bars whose close time is before it are closed.</param>
    /// <exception cref="BadDataException">It is no such file, or a row of it is not to be believed.</exception>
    public static KlinePage Read(Stream zip, ArchiveFile file, long nowMs)
    {
        var length = zip.Length;
        try
        {
            using var archive = new ZipArchive(zip, ZipArchiveMode.Read);
            using var csv = OnlyEntry(archive, file).Open();
            return KlineCsv.Parse(csv, file, nowMs);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or OverflowException or ArgumentException)
        {
            throw Refuse(file, $"{length} bytes that are no whole zip file ({e.Message})", "a zip file", e);
        }
    }

    private static ZipArchiveEntry OnlyEntry(ZipArchive archive, ArchiveFile file)
    {
        var expected = ArchiveFiles.EntryOf(file);
        if (archive.Entries is not [{ } entry] || entry.FullName != expected)
        {
            var names = string.Join(", ", archive.Entries.Take(3).Select(e => $"'{e.FullName}'"));
            throw Refuse(file, $"{archive.Entries.Count} entries: {names}", $"the one entry '{expected}'");
        }

        // Its stream ends at that length, whatever is packed.
        var most = (file.Series.Timeframe.CountIn(file.Range) + 1) * MaxRowBytes;
        return entry.Length <= most ? entry : throw Refuse(file, $"an entry of {entry.Length} bytes", $"at most {most} bytes");
    }

    private static BadDataException Refuse(ArchiveFile file, string found, string expected, Exception? inner = null) =>
        new($"{file.Series} {file.Name}", found, expected, inner: inner);
}
