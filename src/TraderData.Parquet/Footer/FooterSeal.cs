using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>
/// Eight bytes that this codec writes just before a footer: a mark and the footer's CRC-32. The format has checksums for pages only; other readers
/// never look at bytes between the last page and the footer, and with the seal a flipped bit in the footer is found too.
/// </summary>
internal static class FooterSeal
{
    public const int Length = 8;

    private static ReadOnlySpan<byte> Mark => "TDS1"u8;

    public static void Write(GrowBuffer output, ReadOnlySpan<byte> footer)
    {
        output.Append(Mark);
        output.AppendInt32((int)Crc32.Compute(footer));
    }

    /// <summary>Whether there is a seal; throws when there is one that the footer does not match.</summary>
    public static bool Check(ReadOnlySpan<byte> seal, ReadOnlySpan<byte> footer, long footerOffset)
    {
        if (seal.Length < Length || !seal.StartsWith(Mark))
            return false;
        var stated = BinaryPrimitives.ReadUInt32LittleEndian(seal[4..]);
        var actual = Crc32.Compute(footer);
        return stated == actual
            ? true
            : throw new ParquetException($"the footer is damaged: its CRC-32 is {actual:x8}, {stated:x8} was written", footerOffset);
    }
}
