using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TraderData.Parquet;

namespace TraderData.EndToEnd.Tests;

/// <summary>The files of a folder, to be compared.</summary>
internal static class FolderContent
{
    // When bars were stored differs from run to run; how many former values there are at least is told with them.
    private static readonly string[] Times = ["updated_at", "recorded_at", "replaced_at"];

    /// <summary>The SHA-256 of every file by its path in the folder, locks, refused texts and the budgets of sources apart.</summary>
    public static SortedDictionary<string, string> Of(string folder) => Of(folder, (_, content) => Hash(content));

    /// <summary>As above, but of a file of the lake what it means: see <see cref="MeaningOf(string, byte[])"/>.</summary>
    public static SortedDictionary<string, string> MeaningOf(string folder) => Of(folder, MeaningOf);

    /// <summary>The SHA-256 of a file's content; of Parquet files of what they say of bars, without the times at which that was stored.</summary>
    public static string MeaningOf(string name, byte[] content)
    {
        if (!name.EndsWith(".parquet", StringComparison.Ordinal) && !name.EndsWith(".revisions", StringComparison.Ordinal))
            return Hash(content);
        var reader = new ParquetReader(content);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var column in reader.Footer.Schema.Columns.Where(column => !Times.Contains(column.Name)))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{column.Name} {column.Kind} {column.Scale}\n")));
            hash.AppendData(MemoryMarshal.AsBytes<long>(reader.ReadInt64(column.Name)));
        }

        foreach (var (key, value) in reader.Footer.KeyValues)
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{key}={value}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The SHA-256 of a file, as <c>sha256sum</c> writes it.</summary>
    public static string HashOf(string file) => Hash(File.ReadAllBytes(file));

    private static SortedDictionary<string, string> Of(string folder, Func<string, byte[], string> tell) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Name: Path.GetRelativePath(folder, file)))
            .Where(entry => !entry.Name.EndsWith(".lock", StringComparison.Ordinal) && !entry.Name.StartsWith("quarantine", StringComparison.Ordinal)
                && !entry.Name.StartsWith("budget", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name, entry => tell(entry.Name, File.ReadAllBytes(entry.File))),
        StringComparer.Ordinal);

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
