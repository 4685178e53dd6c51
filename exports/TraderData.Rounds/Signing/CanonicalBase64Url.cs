using System.Buffers;
using System.Buffers.Text;

namespace TraderData.Rounds;

/// <summary>Base64url without padding (RFC 7515), one text for each value: what decoders let pass beside that is refused, so that no changed character goes unseen.</summary>
internal static class CanonicalBase64Url
{
    private static readonly SearchValues<char> s_letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    public static string Of(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>The bytes; null when the text is not the one that <see cref="Of"/> gives for them.</summary>
    public static byte[]? TryDecode(string text)
    {
        if (text.AsSpan().ContainsAnyExcept(s_letters) || text.Length % 4 == 1)
            return null;
        try
        {
            var bytes = Base64Url.DecodeFromChars(text);
            return Of(bytes) == text ? bytes : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
