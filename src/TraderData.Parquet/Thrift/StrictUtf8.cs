using System.Text;

namespace TraderData.Parquet;

/// <summary>UTF-8 that refuses what is not UTF-8, both ways, rather than putting a replacement character.</summary>
internal static class StrictUtf8
{
    public static UTF8Encoding Encoding { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Decode(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            return Encoding.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new ParquetException("text that is not UTF-8", offset, e);
        }
    }
}
