using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TraderData.Parquet;

/// <summary>CRC-32 as gzip has it (polynomial 0x04C11DB7, reflected), which is what Parquet's page checksums are.</summary>
internal static class Crc32
{
    private const int FoldBytes = 64;

    private static readonly uint[] s_tables = BuildTables();

    public static uint Compute(ReadOnlySpan<byte> bytes) => ~Update(uint.MaxValue, bytes);

    internal static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        // Below two folds the tables are as fast.
        if (!Pclmulqdq.IsSupported || bytes.Length < 2 * FoldBytes)
            return UpdateByTables(crc, bytes);

        var residue = Fold(crc, bytes, out var folded);
        Span<byte> rest = stackalloc byte[Vector128<byte>.Count];
        residue.AsByte().CopyTo(rest);
        return UpdateByTables(UpdateByTables(0, rest), bytes[folded..]);
    }

    // Eight table look-ups for each eight bytes ("slicing by 8", Kounavis and Berry, 2005).
    internal static uint UpdateByTables(uint crc, ReadOnlySpan<byte> bytes)
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

    /// <summary>
    /// Folds whole 64-byte blocks into 128 bits that leave the same remainder ("Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
    /// Instruction", Intel, 2009; the constants are those of its reflected gzip polynomial).
    /// </summary>
    private static Vector128<ulong> Fold(uint crc, ReadOnlySpan<byte> bytes, out int folded)
    {
        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(bytes);
        var by64 = Vector128.Create(0x154442bd4UL, 0x1c6e41596UL);
        var by16 = Vector128.Create(0x1751997d0UL, 0x0ccaa009eUL);
        var (a, b, c, d) = (blocks[0] ^ Vector128.CreateScalar((ulong)crc), blocks[1], blocks[2], blocks[3]);
        var i = 4;
        for (; i <= blocks.Length - 4; i += 4)
        {
            a = Step(a, by64) ^ blocks[i];
            b = Step(b, by64) ^ blocks[i + 1];
            c = Step(c, by64) ^ blocks[i + 2];
            d = Step(d, by64) ^ blocks[i + 3];
        }

        folded = i * Vector128<byte>.Count;
        return Step(Step(Step(a, by16) ^ b, by16) ^ c, by16) ^ d;
    }

    private static Vector128<ulong> Step(Vector128<ulong> value, Vector128<ulong> by) =>
        Pclmulqdq.CarrylessMultiply(value, by, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, by, 0x11);

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
