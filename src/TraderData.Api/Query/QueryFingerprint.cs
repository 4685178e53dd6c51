using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using TraderData.Core;

namespace TraderData.Api;

/// <summary>
/// What a cursor says of the query it belongs to. It finds mistakes (a cursor sent with another query), it protects nothing: whoever makes one up only
/// chooses another place.
/// </summary>
internal static class QueryFingerprint
{
    /// <summary>Writes it.</summary>
    /// <param name="symbol">The symbol asked for.</param>
    /// <param name="timeframe">The timeframe asked for.</param>
    /// <param name="range">The range asked for.</param>
    /// <param name="options">What else tells this query from others, at most 9 bytes.</param>
    /// <param name="eight">Where to, eight bytes.</param>
    public static void Write(string symbol, Timeframe timeframe, TimeRange range, ReadOnlySpan<byte> options, Span<byte> eight)
    {
        Span<byte> query = stackalloc byte[33 + (Series.MaxSymbolLength * 3)];
        BinaryPrimitives.WriteInt64BigEndian(query, timeframe.DurationMs);
        BinaryPrimitives.WriteInt64BigEndian(query[8..], range.StartMs);
        BinaryPrimitives.WriteInt64BigEndian(query[16..], range.EndMs);
        options.CopyTo(query[24..]);
        var length = 24 + options.Length;
        length += Encoding.UTF8.GetBytes(symbol, query[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(query[..length], hash);
        hash[..8].CopyTo(eight);
    }
}
