using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace TraderData.Marketplace;

/// <summary>Makes secrets and hashes them.</summary>
internal sealed class TokenSecrets(string pepper)
{
    private const int Bytes = 32;

    // 32 bytes in base64url without padding, behind the longest prefix.
    private const int MaxLength = 4 + 43;

    private readonly byte[] _key = Encoding.UTF8.GetBytes(pepper);

    /// <summary>A secret of 256 random bits.</summary>
    public static string New(TokenKind kind) => PrefixOf(kind) + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>True when a text may be a secret of ours at all; what may not is never looked up.</summary>
    public static bool IsPlausible(string secret) =>
        secret.Length <= MaxLength && Array.Exists(Enum.GetValues<TokenKind>(), kind => secret.StartsWith(PrefixOf(kind), StringComparison.Ordinal));

    /// <summary>What is kept of a secret, and what it is found by.</summary>
    public string Hash(string secret) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(secret)));

    /// <summary>Compares two hashes in a time that tells nothing of them.</summary>
    public static bool AreSame(string hash, string other) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(other));

    private static string PrefixOf(TokenKind kind) => kind switch
    {
        TokenKind.VendorKey => "vk_",
        TokenKind.InfraToken => "sit_",
        _ => "ac_",
    };
}
