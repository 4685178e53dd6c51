using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TraderData.Parquet;

/// <summary>Values of a fixed number of bits each, least significant first, one after another: how Parquet's RLE and DELTA encodings pack integers.</summary>
internal static class BitPacking
{
    /// <summary>Bits that the largest of the values needs.</summary>
    public static int WidthOf(ulong largest) => 64 - BitOperations.LeadingZeroCount(largest);

    /// <summary>Unpacks <c>target.Length</c> values of 0 to 64 bits. <paramref name="source"/> holds at least their bytes.</summary>
    public static void Unpack(ReadOnlySpan<byte> source, int width, Span<ulong> target)
    {
        if (width == 0)
        {
            target.Clear();
            return;
        }

        // Values that an 8-byte load serves without passing the end of the source; the rest is copied to where loads are safe.
        var safe = width > 57 || source.Length < 8 ? 0 : (int)Math.Min(target.Length, (source.Length - 8) * 8L / width + 1);
        var mask = ulong.MaxValue >> (64 - width);
        ref var bytes = ref MemoryMarshal.GetReference(source);
        long bit = 0;
        for (var i = 0; i < safe; i++, bit += width)
            target[i] = (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, (nint)(bit >> 3))) >> (int)(bit & 7)) & mask;
        for (var i = safe; i < target.Length; i++, bit += width)
            target[i] = UnpackOne(source, bit, width);
    }

    /// <summary>
    /// Packs a multiple of 8 values of 0 to 64 bits. Returns the bytes written; <paramref name="target"/> has room for 8 more, which may be overwritten.
    /// </summary>
    public static int Pack(ReadOnlySpan<ulong> source, int width, Span<byte> target) => width switch
    {
        0 => 0,
        <= 14 => PackFours(source, width, target),
        <= 28 => PackPairs(source, width, target),
        _ => PackWide(source, width, target),
    };

    // Four values of up to 14 bits, or two of up to 28, and the up to 7 bits left over fit one 64-bit word, which is stored whole without a branch.
    private static int PackFours(ReadOnlySpan<ulong> source, int width, Span<byte> target)
    {
        ulong pending = 0;
        int bits = 0, at = 0;
        for (var i = 0; i <= source.Length - 4; i += 4)
        {
            var four = source[i] | source[i + 1] << width | (source[i + 2] | source[i + 3] << width) << (2 * width);
            pending |= four << bits;
            bits += 4 * width;
            MemoryMarshal.Write(target[at..], pending);
            at += bits >> 3;
            pending >>= bits & 56;
            bits &= 7;
        }

        return at;
    }

    private static int PackPairs(ReadOnlySpan<ulong> source, int width, Span<byte> target)
    {
        ulong pending = 0;
        int bits = 0, at = 0;
        for (var i = 0; i <= source.Length - 2; i += 2)
        {
            pending |= (source[i] | source[i + 1] << width) << bits;
            bits += 2 * width;
            MemoryMarshal.Write(target[at..], pending);
            at += bits >> 3;
            pending >>= bits & 56;
            bits &= 7;
        }

        return at;
    }

    private static int PackWide(ReadOnlySpan<ulong> source, int width, Span<byte> target)
    {
        ulong pending = 0;
        int bits = 0, at = 0;
        foreach (var value in source)
        {
            pending |= value << bits;
            bits += width;
            if (bits < 64)
                continue;
            MemoryMarshal.Write(target[at..], pending);
            at += 8;
            bits -= 64;
            pending = bits == 0 ? 0 : value >> (width - bits);
        }

        for (; bits > 0; bits -= 8, pending >>= 8)
            target[at++] = (byte)pending;
        return at;
    }

    /// <summary>The value that begins at a bit; reads only bytes that it touches.</summary>
    public static ulong UnpackOne(ReadOnlySpan<byte> source, long bit, int width)
    {
        var first = (int)(bit >> 3);
        var shift = (int)(bit & 7);
        ulong value = 0;
        var count = (shift + width + 7) >> 3;
        for (var i = 0; i < Math.Min(count, 8); i++)
            value |= (ulong)source[first + i] << (8 * i);
        value >>= shift;
        if (count == 9)
            value |= (ulong)source[first + 8] << (64 - shift);
        return value & (ulong.MaxValue >> (64 - width));
    }
}
