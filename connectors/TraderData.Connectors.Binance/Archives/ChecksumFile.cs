using System.Buffers;
using System.Text;
using TraderData.Core;

namespace TraderData.Connectors.Binance;

/// <summary>
/// Reads <c>.CHECKSUM</c> files: 64 hexadecimal digits in lower case, two spaces, the name of the file, an end of line or none. Nothing else.
/// </summary>
internal static class ChecksumFile
{
    private const int DigestLength = 64;
    private const int MaxShownBytes = 200;

    // As sha256sum prints them, and nothing else.
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdef"u8);

    /// <summary>The sha256 of a file, as its checksum file says.</summary>
    /// <exception cref="BadDataException">It is no checksum file, or that of another file.</exception>
    public static string Parse(ReadOnlySpan<byte> utf8, ArchiveFile file)
    {
        var line = utf8.EndsWith("\r\n"u8) ? utf8[..^2] : utf8.EndsWith("\n"u8) ? utf8[..^1] : utf8;
        if (line.Length > DigestLength + 2
            && !line[..DigestLength].ContainsAnyExcept(Digits)
            && line.Slice(DigestLength, 2).SequenceEqual("  "u8)
            && line[(DigestLength + 2)..].SequenceEqual(Encoding.UTF8.GetBytes(file.Name)))
        {
            return Encoding.ASCII.GetString(line[..DigestLength]);
        }

        throw new BadDataException(
            $"{file.Series} {file.Name}.CHECKSUM",
            $"{utf8.Length} bytes that are no checksum of it",
            $"a sha256, two spaces and {file.Name}",
            Encoding.UTF8.GetString(utf8[..Math.Min(utf8.Length, MaxShownBytes)]));
    }
}
