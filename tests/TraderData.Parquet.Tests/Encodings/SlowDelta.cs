using System.Numerics;

namespace TraderData.Parquet.Tests;

/// <summary>DELTA_BINARY_PACKED written bit by bit from the format's text, for any block size; the widths of miniblocks without values may be anything.</summary>
internal static class SlowDelta
{
    public static byte[] Encode(long[] values, int blockValues, int miniblocks, byte unusedWidth = 200)
    {
        List<byte> output = [];
        Varint(output, (ulong)blockValues);
        Varint(output, (ulong)miniblocks);
        Varint(output, (ulong)values.Length);
        Varint(output, ZigZag(values.Length == 0 ? 0 : values[0]));
        for (var from = 1; from < values.Length; from += blockValues)
        {
            var deltas = Enumerable.Range(from, Math.Min(blockValues, values.Length - from)).Select(i => unchecked(values[i] - values[i - 1])).ToArray();
            Block(output, deltas, blockValues / miniblocks, miniblocks, unusedWidth);
        }

        return [.. output];
    }

    private static void Block(List<byte> output, long[] deltas, int miniblockValues, int miniblocks, byte unusedWidth)
    {
        var least = deltas.Min();
        Varint(output, ZigZag(least));
        var parts = deltas.Select(d => unchecked((ulong)d - (ulong)least)).Chunk(miniblockValues).ToArray();
        var widths = parts.Select(p => 64 - BitOperations.LeadingZeroCount(p.Max())).ToArray();
        for (var m = 0; m < miniblocks; m++)
            output.Add(m < widths.Length ? (byte)widths[m] : unusedWidth);
        for (var m = 0; m < parts.Length; m++)
        {
            var bits = new bool[miniblockValues * widths[m]];
            for (var i = 0; i < parts[m].Length * widths[m]; i++)
                bits[i] = ((parts[m][i / widths[m]] >> (i % widths[m])) & 1) == 1;
            for (var i = 0; i < bits.Length; i += 8)
                output.Add((byte)Enumerable.Range(0, 8).Sum(b => bits[i + b] ? 1 << b : 0));
        }
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static void Varint(List<byte> output, ulong value)
    {
        for (; value >= 128; value >>= 7)
            output.Add((byte)(value | 128));
        output.Add((byte)value);
    }
}
