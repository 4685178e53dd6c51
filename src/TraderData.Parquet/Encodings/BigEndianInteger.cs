using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>Two's complement integers of any length, most significant byte first, as DECIMAL stores them in byte arrays.</summary>
internal static class BigEndianInteger
{
    /// <summary>Reads one; false when it does not fit 64 bits.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out long value)
    {
        value = bytes.Length > 0 && (bytes[0] & 0x80) != 0 ? -1 : 0;
        for (; bytes.Length > sizeof(long); bytes = bytes[1..])
        {
            if (bytes[0] != (byte)value || ((bytes[1] ^ bytes[0]) & 0x80) != 0)
                return false;
        }

        foreach (var b in bytes)
            value = (value << 8) | b;
        return true;
    }

    /// <summary>Writes <paramref name="value"/> into all of <paramref name="destination"/>, which is at least 8 bytes long.</summary>
    public static void Write(Span<byte> destination, long value)
    {
        destination.Fill((byte)(value >> 63));
        BinaryPrimitives.WriteInt64BigEndian(destination[^sizeof(long)..], value);
    }
}
