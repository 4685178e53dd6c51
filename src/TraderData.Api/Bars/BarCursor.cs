using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>
/// The place behind a page's last row, as 24 letters: a version byte, a zero byte, the row's time and a fingerprint of the query, base64url.
/// It holds a time and not a row number, so that bars which arrive between two pages neither repeat a row nor skip one.
/// </summary>
internal static class BarCursor
{
    /// <summary>How long a cursor is, in letters.</summary>
    public const int Length = 24;

    private const int Bytes = 18;
    private const byte Version = 1;

    /// <summary>Writes the cursor behind a row.</summary>
    /// <param name="request">The query.</param>
    /// <param name="lastMs">Time of the last row given.</param>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    public static void Write(BarRequest request, long lastMs, Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[Bytes];
        bytes[0] = Version;
        bytes[1] = 0;
        BinaryPrimitives.WriteInt64BigEndian(bytes[2..], lastMs);
        Fingerprint(request, bytes[10..]);
        _ = Base64Url.EncodeToUtf8(bytes, destination);
    }

    /// <summary>The cursor behind a row, as text.</summary>
    public static string Of(BarRequest request, long lastMs)
    {
        Span<byte> text = stackalloc byte[Length];
        Write(request, lastMs, text);
        return Encoding.ASCII.GetString(text);
    }

    /// <summary>Reads what of a query's range lies behind a cursor.</summary>
    /// <returns>False when it is no cursor of this query.</returns>
    public static bool TryRead(string text, BarRequest request, out TimeRange rest)
    {
        rest = default;
        Span<byte> bytes = stackalloc byte[Bytes];
        if (text.Length != Length || !Base64Url.IsValid(text, out var length) || length != Bytes)
            return false;
        _ = Base64Url.DecodeFromChars(text, bytes);
        Span<byte> expected = stackalloc byte[8];
        Fingerprint(request, expected);
        var lastMs = BinaryPrimitives.ReadInt64BigEndian(bytes[2..]);
        if (bytes[0] != Version || bytes[1] != 0 || !bytes[10..].SequenceEqual(expected) || !request.Range.Contains(lastMs))
            return false;
        rest = request.NewestFirst ? new TimeRange(request.Range.StartMs, lastMs) : new TimeRange(lastMs + 1, request.Range.EndMs);
        return true;
    }

    private static void Fingerprint(BarRequest request, Span<byte> eight)
    {
        Span<byte> options = stackalloc byte[9];
        options[0] = (byte)((request.NewestFirst ? 1 : 0) | (request.AsOfMs is null ? 0 : 2) | (request.CompleteOnly ? 4 : 0));
        BinaryPrimitives.WriteInt64BigEndian(options[1..], request.AsOfMs ?? 0);
        QueryFingerprint.Write(request.Symbol, request.Timeframe, request.Range, options[..(request.AsOfMs is null ? 1 : 9)], eight);
    }
}
