using System.Runtime.InteropServices;

namespace TraderData.Parquet;

/// <summary>Writes DELTA_BINARY_PACKED: blocks of 128 differences in four miniblocks of 32, as parquet-mr and Arrow write them.</summary>
internal static class DeltaEncoder
{
    private const int BlockValues = 128;
    private const int Miniblocks = 4;
    private const int MiniblockValues = BlockValues / Miniblocks;

    /// <summary>Appends the values. With <paramref name="narrow"/> they are 32-bit integers, and differences wrap at 32 bits.</summary>
    public static void Encode(ReadOnlySpan<long> values, bool narrow, GrowBuffer output)
    {
        output.AppendVarint(BlockValues);
        output.AppendVarint(Miniblocks);
        output.AppendVarint((ulong)values.Length);
        var first = values.IsEmpty ? 0 : values[0];
        output.AppendVarint(ZigZag(first));
        Span<long> deltas = stackalloc long[BlockValues];
        for (var i = 1; i < values.Length; i += BlockValues)
        {
            var count = Math.Min(BlockValues, values.Length - i);
            var least = Differences(values.Slice(i - 1, count + 1), deltas[..count], narrow);
            output.AppendVarint(ZigZag(least));
            AppendBlock(deltas, count, least, narrow, output);
        }
    }

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    /// <summary>Takes each value from the next, wrapping; returns the least difference.</summary>
    private static long Differences(ReadOnlySpan<long> values, Span<long> deltas, bool narrow)
    {
        var least = long.MaxValue;
        var next = values[1..];
        for (var i = 0; i < deltas.Length; i++)
        {
            var delta = next[i] - values[i];
            if (narrow)
                delta = (int)delta;
            deltas[i] = delta;
            least = Math.Min(least, delta);
        }

        return least;
    }

    private static void AppendBlock(Span<long> deltas, int count, long least, bool narrow, GrowBuffer output)
    {
        var relative = MemoryMarshal.Cast<long, ulong>(deltas);
        var mask = narrow ? uint.MaxValue : ulong.MaxValue;
        var target = output.GetSpan(Miniblocks + BlockValues * 8 + 8);
        var at = Miniblocks;
        for (var m = 0; m < Miniblocks; m++)
        {
            var part = relative.Slice(m * MiniblockValues, MiniblockValues);
            var used = Math.Clamp(count - m * MiniblockValues, 0, MiniblockValues);
            ulong all = 0;
            for (var i = 0; i < used; i++)
            {
                part[i] = (part[i] - (ulong)least) & mask;
                all |= part[i];
            }

            part[used..].Clear();
            var width = BitPacking.WidthOf(all);
            target[m] = (byte)width;
            at += BitPacking.Pack(part, width, target[at..]);
        }

        output.Advance(at);
    }
}
