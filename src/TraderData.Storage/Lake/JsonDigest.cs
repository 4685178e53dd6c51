using System.Security.Cryptography;

namespace TraderData.Storage;

/// <summary>
/// The lake's JSON files end with a digest of what stands before it, and have one form for each content: a file that differs by a single bit from what its
/// content is written as is damaged.
/// </summary>
internal static class JsonDigest
{
    /// <summary>The property that holds the digest.</summary>
    public const string Property = "sha256";

    /// <summary>The SHA-256 of a file without its digest, 64 lower-case hexadecimal digits.</summary>
    public static string Of(ReadOnlySpan<byte> file) => Convert.ToHexStringLower(SHA256.HashData(file));

    /// <summary>Checks that a file is what its content is written as.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static void RequireSame(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> file)
    {
        if (!expected.SequenceEqual(file))
            throw new FormatException("its digest is of another content");
    }
}
