using System.Buffers.Binary;
using System.Buffers.Text;

namespace TraderData.Api;

/// <summary>
/// The place behind a page's last revision: a version byte, three bytes that count the revisions of its bar up to it, the bar's time and a fingerprint of
/// the query, base64url. Old values are only ever added behind those of the same bar, so that the place stays what it is.
/// </summary>
internal static class RevisionCursor
{
    private const int Bytes = 20;
    private const byte Version = 2;

    /// <summary>Writes the cursor behind a place.</summary>
    public static string Of(RevisionRequest request, RevisionPlace place)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ((uint)Version << 24) | (uint)place.Count);
        BinaryPrimitives.WriteInt64BigEndian(bytes[4..], place.TimeMs);
        Fingerprint(request, bytes[12..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads the place.</summary>
    /// <returns>False when it is no cursor of this query.</returns>
    public static bool TryRead(string text, RevisionRequest request, out RevisionPlace place)
    {
        place = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (!Base64Url.IsValid(text, out var length) || length != Bytes)
            return false;
        _ = Base64Url.DecodeFromChars(text, bytes);
        Span<byte> expected = stackalloc byte[8];
        Fingerprint(request, expected);
        place = new RevisionPlace(BinaryPrimitives.ReadInt64BigEndian(bytes[4..]), (int)(BinaryPrimitives.ReadUInt32BigEndian(bytes) & 0xFF_FFFF));
        return bytes[0] == Version && bytes[12..].SequenceEqual(expected) && request.Range.Contains(place.TimeMs);
    }

    private static void Fingerprint(RevisionRequest request, Span<byte> eight) =>
        QueryFingerprint.Write(request.Symbol, request.Timeframe, request.Range, options: default, eight);
}
