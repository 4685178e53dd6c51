using System.Security.Cryptography;

namespace TraderData.EndToEnd.Tests;

/// <summary>The files of a folder, to be compared byte for byte.</summary>
internal static class FolderContent
{
    /// <summary>The SHA-256 of every file by its path in the folder, locks and refused texts apart.</summary>
    public static SortedDictionary<string, string> Of(string folder) => new(
        Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => (File: file, Name: Path.GetRelativePath(folder, file)))
            .Where(entry => !entry.Name.EndsWith(".lock", StringComparison.Ordinal) && !entry.Name.StartsWith("quarantine", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Name, entry => HashOf(entry.File)),
        StringComparer.Ordinal);

    /// <summary>The SHA-256 of a file, as <c>sha256sum</c> writes it.</summary>
    public static string HashOf(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
