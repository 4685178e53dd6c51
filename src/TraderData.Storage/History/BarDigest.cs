using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Tells whether two stores hold the same bars, however the bars came and in whatever scales they are held.</summary>
internal static class BarDigest
{
    /// <summary>
    /// The SHA-256 of a block's normal form, 64 lower-case hexadecimal digits: number of bars, the scales of prices, volumes and vwaps and which of
    /// vwap and trades there are (five 32-bit integers), then column after column (times, open, high, low, close, volume, vwap, trades), all little endian.
    /// </summary>
    public static string Of(BarBlock bars)
    {
        var normal = bars.Normalize();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[5 * sizeof(int)];
        ReadOnlySpan<int> numbers = [normal.Count, normal.PriceScale, normal.VolumeScale, normal.VwapScale, (normal.HasVwap ? 1 : 0) | (normal.HasTrades ? 2 : 0)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(head[(i * sizeof(int))..], numbers[i]);
        hash.AppendData(head);
        Append(hash, normal.Times);
        Append(hash, normal.Opens);
        Append(hash, normal.Highs);
        Append(hash, normal.Lows);
        Append(hash, normal.Closes);
        Append(hash, normal.Volumes);
        Append(hash, normal.Vwaps);
        Append(hash, normal.Trades);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<long> column)
    {
        if (BitConverter.IsLittleEndian)
        {
            hash.AppendData(MemoryMarshal.AsBytes(column));
            return;
        }

        var swapped = new long[column.Length];
        BinaryPrimitives.ReverseEndianness(column, swapped);
        hash.AppendData(MemoryMarshal.AsBytes<long>(swapped));
    }
}
