using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>CRC-32 as gzip has it (polynomial 0x04C11DB7, reflected), which is what Parquet's page checksums are.</summary>
internal static class Crc32
{
    private static readonly uint[] s_tables = BuildTables();

    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Update(uint.MaxValue, bytes);

    // Eight table look-ups for each eight bytes ("slicing by 8", Kounavis and Berry, 2005).
    internal static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        var t = s_tables.AsSpan();
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = t[1792 + (int)(low & 255)] ^ t[1536 + (int)((low >> 8) & 255)] ^ t[1280 + (int)((low >> 16) & 255)] ^ t[1024 + (int)(low >> 24)]
                ^ t[768 + (int)(high & 255)] ^ t[512 + (int)((high >> 8) & 255)] ^ t[256 + (int)((high >> 16) & 255)] ^ t[(int)(high >> 24)];
        }

        foreach (var b in bytes)
            crc = (crc >> 8) ^ t[(int)((crc ^ b) & 255)];
        return crc;
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[8 * 256];
        for (uint i = 0; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320u);
            tables[i] = crc;
        }

        for (var i = 256; i < tables.Length; i++)
            tables[i] = (tables[i - 256] >> 8) ^ tables[tables[i - 256] & 255];
        return tables;
    }
}
