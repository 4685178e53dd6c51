using System.Security.Cryptography;
using System.Text;

namespace TraderData.Marketplace;

/// <summary>A line of the journal: 16 hexadecimal digits of the SHA-256 of its content, a space, the content (JSON without line ends), a line end.</summary>
internal static class JournalLine
{
    private const int SumBytes = 8;
    private const int HeadLength = (2 * SumBytes) + 1;

    /// <summary>The line of a content, with its end.</summary>
    public static byte[] Of(ReadOnlySpan<byte> content)
    {
        var line = new byte[HeadLength + content.Length + 1];
        WriteHead(content, line);
        content.CopyTo(line.AsSpan(HeadLength));
        line[^1] = (byte)'\n';
        return line;
    }

    /// <summary>Reads a line without its end.</summary>
    /// <returns>False when the sum is not that of the content.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> line, out ReadOnlyMemory<byte> content)
    {
        content = line.Length > HeadLength ? line[HeadLength..] : default;
        if (content.IsEmpty)
            return false;
        Span<byte> head = stackalloc byte[HeadLength];
        WriteHead(content.Span, head);
        return line.Span.StartsWith(head);
    }

    private static void WriteHead(ReadOnlySpan<byte> content, Span<byte> head)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(hash[..SumBytes]), head);
        head[HeadLength - 1] = (byte)' ';
    }
}
