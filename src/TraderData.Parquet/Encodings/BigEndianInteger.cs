using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>Two's complement integers of any length, most significant byte first, as DECIMAL stores them in byte arrays.</summary>
internal static class BigEndianInteger
{
    private const int MaxLength = 16;

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

    /// <summary>Writes <paramref name="value"/>, which must fit, into all of <paramref name="destination"/>.</summary>
    public static void Write(Span<byte> destination, Int128 value)
    {
        Span<byte> bytes = stackalloc byte[MaxLength];
        BinaryPrimitives.WriteInt128BigEndian(bytes, value);
        var length = Math.Min(MaxLength, destination.Length);
        destination.Fill((byte)(value < 0 ? 0xFF : 0));
        bytes[^length..].CopyTo(destination[^length..]);
    }
}
