using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace TraderData.Parquet;

/// <summary>BYTE_STREAM_SPLIT: byte k of every value stands in stream k.</summary>
internal static class ByteStreamSplit
{
    private const int Group = 8;

    // Byte k of value v, in an 8 by 8 square of bytes, goes to row k, column v; the same permutation takes it back.
    private static readonly Vector512<byte> s_transpose = Vector512.Create([.. Enumerable.Range(0, 64).Select(i => (byte)(i % 8 * 8 + i / 8))]);

    public static void Encode(ReadOnlySpan<long> values, int bytesEach, Span<byte> target)
    {
        var from = Avx512Vbmi.IsSupported && bytesEach == sizeof(long) ? EncodeSquares(values, target) : 0;
        for (var k = 0; k < bytesEach; k++)
        {
            var stream = target.Slice(k * values.Length, values.Length);
            for (var i = from; i < stream.Length; i++)
                stream[i] = (byte)(values[i] >> (8 * k));
        }
    }

    /// <summary>Joins the streams of <c>target.Length</c> integers of 4 or 8 bytes, sign-extended.</summary>
    public static void Decode(ReadOnlySpan<byte> source, int bytesEach, Span<long> target)
    {
        var from = Avx512Vbmi.IsSupported && bytesEach == sizeof(long) ? DecodeSquares(source, target) : 0;
        var last = bytesEach - 1;
        var top = source.Slice(last * target.Length, target.Length);
        for (var i = from; i < target.Length; i++)
            target[i] = (long)(sbyte)top[i] << (8 * last);
        for (var k = 0; k < last; k++)
        {
            var stream = source.Slice(k * target.Length, target.Length);
            for (var i = from; i < stream.Length; i++)
                target[i] |= (long)stream[i] << (8 * k);
        }
    }

    private static int EncodeSquares(ReadOnlySpan<long> values, Span<byte> target)
    {
        var squares = MemoryMarshal.Cast<long, Vector512<byte>>(values);
        ref var to = ref MemoryMarshal.GetReference(target[..(values.Length * Group)]);
        for (var s = 0; s < squares.Length; s++)
        {
            var rows = Avx512Vbmi.PermuteVar64x8(squares[s], s_transpose).AsUInt64();
            for (var k = 0; k < Group; k++)
                Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, (nint)k * values.Length + s * Group), rows[k]);
        }

        return squares.Length * Group;
    }

    private static int DecodeSquares(ReadOnlySpan<byte> source, Span<long> target)
    {
        var squares = MemoryMarshal.Cast<long, Vector512<byte>>(target);
        ref var from = ref MemoryMarshal.GetReference(source[..(target.Length * Group)]);
        for (var s = 0; s < squares.Length; s++)
        {
            var rows = Vector512.Create(
                Row(ref from, 0, target.Length, s), Row(ref from, 1, target.Length, s), Row(ref from, 2, target.Length, s), Row(ref from, 3, target.Length, s),
                Row(ref from, 4, target.Length, s), Row(ref from, 5, target.Length, s), Row(ref from, 6, target.Length, s), Row(ref from, 7, target.Length, s));
            squares[s] = Avx512Vbmi.PermuteVar64x8(rows.AsByte(), s_transpose);
        }

        return squares.Length * Group;
    }

    private static ulong Row(ref byte from, int k, int length, int square) =>
        Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, (nint)k * length + square * Group));
}
