namespace TraderData.Parquet;

/// <summary>BYTE_STREAM_SPLIT: byte k of every value stands in stream k.</summary>
internal static class ByteStreamSplit
{
    public static void Encode(ReadOnlySpan<long> values, int bytesEach, Span<byte> target)
    {
        for (var k = 0; k < bytesEach; k++)
        {
            var stream = target.Slice(k * values.Length, values.Length);
            for (var i = 0; i < stream.Length; i++)
                stream[i] = (byte)(values[i] >> (8 * k));
        }
    }

    /// <summary>Joins the streams of <c>target.Length</c> integers of 4 or 8 bytes, sign-extended.</summary>
    public static void Decode(ReadOnlySpan<byte> source, int bytesEach, Span<long> target)
    {
        var last = bytesEach - 1;
        var top = source.Slice(last * target.Length, target.Length);
        for (var i = 0; i < target.Length; i++)
            target[i] = (long)(sbyte)top[i] << (8 * last);
        for (var k = 0; k < last; k++)
        {
            var stream = source.Slice(k * target.Length, target.Length);
            for (var i = 0; i < stream.Length; i++)
                target[i] |= (long)stream[i] << (8 * k);
        }
    }
}
