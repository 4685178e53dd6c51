using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TraderData.Parquet;

/// <summary>
/// The inner loop of DELTA_BINARY_PACKED: unpacks differences and adds them up. Eight values of w bits take exactly w bytes, so a group of eight always
/// begins at a byte; with AVX-512 VBMI one group is one permutation, one shift, one mask and a prefix sum in three steps.
/// </summary>
internal static class DeltaKernel
{
    private const int Group = 8;

    // Wider values may span nine bytes; one 8-byte load does not hold them.
    private const int MaxOneLoadWidth = 57;

    private static readonly Vector512<byte>[] s_permutations = [.. Enumerable.Range(0, MaxOneLoadWidth + 1).Select(Permutation)];
    private static readonly Vector512<ulong>[] s_shifts = [.. Enumerable.Range(0, MaxOneLoadWidth + 1).Select(Shifts)];

    /// <summary>
    /// Fills <paramref name="target"/> with running sums from <paramref name="last"/>; returns the last one. <paramref name="packed"/> begins with the
    /// differences (each less <paramref name="least"/>) and goes on to the end of the page, so that loads may reach past them.
    /// </summary>
    public static long Accumulate(Span<long> target, ReadOnlySpan<byte> packed, int width, long least, long last)
    {
        if (width == 0)
            return Ramp(target, least, last);
        if (width > MaxOneLoadWidth)
            return Wide(target, packed, width, least, last);

        var done = 0;
        if (Avx512Vbmi.IsSupported)
            (done, last) = Vectors(target, packed, width, least, last);
        var rest = target[done..];
        // From here to the end of the page 8-byte loads are safe for so many values.
        packed = packed[(done / Group * width)..];
        var safe = packed.Length < 8 ? 0 : (int)Math.Min(rest.Length, (packed.Length - 8) * 8L / width + 1);
        last = Scalars(rest[..safe], packed, width, least, last);
        return safe == rest.Length ? last : Wide(rest, packed, width, least, last, from: safe);
    }

    internal static long Scalars(Span<long> target, ReadOnlySpan<byte> packed, int width, long least, long last)
    {
        var mask = ulong.MaxValue >> (64 - width);
        ref var bytes = ref MemoryMarshal.GetReference(packed);
        nuint bit = 0;
        for (var i = 0; i < target.Length; i++)
        {
            var delta = (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, bit >> 3)) >> (int)(bit & 7)) & mask;
            last += least + (long)delta;
            target[i] = last;
            bit += (nuint)width;
        }

        return last;
    }

    private static (int Done, long Last) Vectors(Span<long> target, ReadOnlySpan<byte> packed, int width, long least, long last)
    {
        // Each group loads 64 bytes.
        var groups = packed.Length < Vector512<byte>.Count ? 0 : Math.Min(target.Length / Group, (packed.Length - Vector512<byte>.Count) / width + 1);
        if (groups == 0)
            return (0, last);
        ref var bytes = ref MemoryMarshal.GetReference(packed);
        ref var values = ref MemoryMarshal.GetReference(target);
        var (permutation, shifts) = (s_permutations[width], s_shifts[width]);
        var (mask, add) = (Vector512.Create(ulong.MaxValue >> (64 - width)), Vector512.Create(least));
        var top = Vector512.Create(7L);
        var carry = Vector512.Create(last);
        for (nuint g = 0; g < (nuint)groups; g++)
        {
            var gathered = Avx512Vbmi.PermuteVar64x8(Vector512.LoadUnsafe(ref bytes, g * (nuint)width), permutation).AsUInt64();
            var sum = (Avx512F.ShiftRightLogicalVariable(gathered, shifts) & mask).AsInt64() + add;
            sum += Avx512F.AlignRight64(sum, Vector512<long>.Zero, 7);
            sum += Avx512F.AlignRight64(sum, Vector512<long>.Zero, 6);
            sum += Avx512F.AlignRight64(sum, Vector512<long>.Zero, 4);
            var running = sum + carry;
            carry += Avx512F.PermuteVar8x64(sum, top);
            running.StoreUnsafe(ref values, g * Group);
        }

        return (groups * Group, carry[0]);
    }

    private static long Ramp(Span<long> target, long step, long last)
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            var value = Vector512.Create(last) + Vector512.CreateSequence(1L, 1L) * step;
            for (; i <= target.Length - Group; i += Group)
            {
                value.StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
                value += Vector512.Create(step * Group);
            }

            last += step * i;
        }

        for (; i < target.Length; i++)
            target[i] = last += step;
        return last;
    }

    private static long Wide(Span<long> target, ReadOnlySpan<byte> packed, int width, long least, long last, int from = 0)
    {
        for (var i = from; i < target.Length; i++)
            target[i] = last += least + (long)BitPacking.UnpackOne(packed, (long)i * width, width);
        return last;
    }

    private static Vector512<byte> Permutation(int width)
    {
        var bytes = new byte[Vector512<byte>.Count];
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)((i / Group * width >> 3) + i % Group);
        return Vector512.Create(bytes);
    }

    private static Vector512<ulong> Shifts(int width) => Vector512.Create([.. Enumerable.Range(0, Group).Select(i => (ulong)(i * width & 7))]);
}
