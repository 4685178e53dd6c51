using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>
/// Eight bytes that this codec writes beside what the format has no checksum for, the footer and the page index: a mark of four, which says for which, and
/// the CRC-32. Other readers never look at bytes between the last page and the footer, and with the seals a flipped bit is found there too.
/// </summary>
internal static class Seal
{
    public const int Length = 8;

    public static void Write(ReadOnlySpan<byte> mark, ReadOnlySpan<byte> content, GrowBuffer output)
    {
        // The content may lie in the output, which moves when it grows.
        var crc = Crc32.Compute(content);
        output.Append(mark);
        output.AppendInt32((int)crc);
    }

    /// <summary>Whether there is a seal; throws when there is one that the content, which begins at an offset in the file, does not match.</summary>
    public static bool Check(ReadOnlySpan<byte> mark, ReadOnlySpan<byte> seal, ReadOnlySpan<byte> content, long offset)
    {
        if (seal.Length < Length || !seal.StartsWith(mark))
            return false;
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(seal[mark.Length..]);
        var actual = Crc32.Compute(content);
        return stated == actual
            ? true
            : throw new ParquetException($"damaged metadata: its CRC-32 is {actual:x8}, {stated:x8} was written", offset);
    }
}
