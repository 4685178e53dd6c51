using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace TraderData.Parquet;

/// <summary>Unpacks a Snappy block (google/snappy, format_description.txt) into a buffer of its declared size, and never past it.</summary>
internal static class SnappyDecoder
{
    private const int Short = 16;

    /// <summary>Reads the size that the block declares, and how many bytes that took; −1 when it is malformed.</summary>
    public static long ReadSize(ReadOnlySpan<byte> source, out int headerBytes)
    {
        long size = 0;
        for (headerBytes = 0; headerBytes < Math.Min(5, source.Length);)
        {
            var b = source[headerBytes];
            size |= (long)(b & 127) << (7 * headerBytes++);
            if (b < 128)
                return size;
        }

        return -1;
    }

    /// <summary>Unpacks what follows the size; false when the block is malformed or does not fill <paramref name="target"/> exactly.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> target)
    {
        int from = 0, to = 0;
        while (from < source.Length)
        {
            var tag = source[from++];
            int length;
            if ((tag & 3) == 0)
            {
                if (!TryReadLiteralLength(source, tag, ref from, out length) || length > source.Length - from || length > target.Length - to)
                    return false;
                CopyLiteral(source[from..], target[to..], length);
                from += length;
                to += length;
                continue;
            }

            if (!TryReadCopy(source, tag, ref from, out length, out var distance) || distance == 0 || distance > to || length > target.Length - to)
                return false;
            Repeat(target, to, distance, length);
            to += length;
        }

        return to == target.Length;
    }

    private static bool TryReadLiteralLength(ReadOnlySpan<byte> source, byte tag, ref int from, out int length)
    {
        length = (tag >> 2) + 1;
        var extra = length - 60;
        if (extra <= 0)
            return true;
        if (extra > source.Length - from)
            return false;
        uint stored = 0;
        for (var i = 0; i < extra; i++)
            stored |= (uint)source[from++] << (8 * i);
        length = (int)stored + 1;
        return stored < int.MaxValue;
    }

    private static bool TryReadCopy(ReadOnlySpan<byte> source, byte tag, ref int from, out int length, out int distance)
    {
        length = (tag >> 2) + 1;
        distance = 0;
        var extra = (tag & 3) == 3 ? 4 : tag & 3;
        if (extra > source.Length - from)
            return false;
        if (extra == 1)
        {
            length = ((tag >> 2) & 7) + 4;
            distance = ((tag >> 5) << 8) | source[from++];
            return true;
        }

        uint stored = 0;
        for (var i = 0; i < extra; i++)
            stored |= (uint)source[from++] << (8 * i);
        distance = (int)Math.Min(stored, int.MaxValue);
        return true;
    }

    private static void CopyLiteral(ReadOnlySpan<byte> source, Span<byte> target, int length)
    {
        // Most literals are short: 16 bytes are copied whole where there is room, and what is too much is written over next.
        if (length <= Short && source.Length >= Short && target.Length >= Short)
            Vector128.LoadUnsafe(in MemoryMarshal.GetReference(source)).StoreUnsafe(ref MemoryMarshal.GetReference(target));
        else
            source[..length].CopyTo(target);
    }

    private static void Repeat(Span<byte> target, int to, int distance, int length)
    {
        // Words that do not overlap what they are copied from, where there is room for the last one whole.
        if (distance >= sizeof(ulong) && target.Length - to >= length + sizeof(ulong))
        {
            ref var start = ref MemoryMarshal.GetReference(target[(to - distance)..]);
            for (var i = 0; i < length; i += sizeof(ulong))
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref start, distance + i), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, i)));
            return;
        }

        if (distance >= length)
        {
            target.Slice(to - distance, length).CopyTo(target[to..]);
            return;
        }

        // The copy overlaps itself: what was just written is copied again.
        for (var i = 0; i < length; i++)
            target[to + i] = target[to + i - distance];
    }
}
