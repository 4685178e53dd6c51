using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TraderData.Parquet;

/// <summary>Numbers laid out plainly, in every physical type that this codec reads as 64-bit integers.</summary>
internal static class PlainNumbers
{
    public static void Read(ParquetColumn column, ReadOnlySpan<byte> source, Span<long> target, long offset)
    {
        switch (column.Physical)
        {
            case PhysicalType.Boolean:
                ReadBooleans(source, target, offset);
                break;
            case PhysicalType.Int32:
                RequireSize(source, (long)target.Length * sizeof(int), offset);
                var narrow = MemoryMarshal.Cast<byte, int>(source);
                for (var i = 0; i < target.Length; i++)
                    target[i] = narrow[i];
                break;
            case PhysicalType.Int64:
                RequireSize(source, (long)target.Length * sizeof(long), offset);
                source.CopyTo(MemoryMarshal.AsBytes(target));
                break;
            case PhysicalType.FixedLenByteArray:
                RequireSize(source, (long)target.Length * column.TypeLength, offset);
                for (var i = 0; i < target.Length; i++)
                    target[i] = BigEndian(column, source.Slice(i * column.TypeLength, column.TypeLength), offset + (long)i * column.TypeLength);
                break;
            default:
                ReadByteArrays(column, source, target, offset);
                break;
        }
    }

    public static void RequireSize(ReadOnlySpan<byte> source, long expected, long offset)
    {
        if (source.Length != expected)
            throw new ParquetException($"{source.Length} bytes of values, expected {expected}", offset);
    }

    public static void ReadRleBooleans(ReadOnlySpan<byte> source, Span<long> target, long offset)
    {
        if (source.Length < sizeof(int) || BinaryPrimitives.ReadUInt32LittleEndian(source) != source.Length - sizeof(int))
            throw new ParquetException("booleans whose size is not what they say", offset);
        var bits = ArrayPool<bool>.Shared.Rent(target.Length);
        RleHybrid.DecodeBits(source[sizeof(int)..], bits.AsSpan(0, target.Length), offset + sizeof(int));
        Widen(bits, target);
        ArrayPool<bool>.Shared.Return(bits);
    }

    private static void ReadBooleans(ReadOnlySpan<byte> source, Span<long> target, long offset)
    {
        RequireSize(source, (target.Length + 7) / 8, offset);
        var bits = ArrayPool<bool>.Shared.Rent(target.Length);
        RleHybrid.UnpackBits(source, bits.AsSpan(0, target.Length));
        Widen(bits, target);
        ArrayPool<bool>.Shared.Return(bits);
    }

    private static void Widen(bool[] bits, Span<long> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = bits[i] ? 1 : 0;
    }

    private static void ReadByteArrays(ParquetColumn column, ReadOnlySpan<byte> source, Span<long> target, long offset)
    {
        var at = 0;
        for (var i = 0; i < target.Length; i++)
        {
            var value = PlainBytes.Take(source, ref at, offset);
            target[i] = BigEndian(column, value, offset + at - value.Length);
        }

        RequireSize(source, at, offset);
    }

    private static long BigEndian(ParquetColumn column, ReadOnlySpan<byte> bytes, long offset) => BigEndianInteger.TryRead(bytes, out var value)
        ? value
        : throw ParquetException.Unsupported($"column {column.Name}: a {column.TypeName} of {bytes.Length} bytes that does not fit 64 bits", offset);
}

/// <summary>Byte arrays laid out plainly: four bytes of length, then the bytes.</summary>
internal static class PlainBytes
{
    public static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> source, ref int at, long offset)
    {
        if (source.Length - at < sizeof(int))
            throw new ParquetException("values end before all are there", offset + at);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(source[at..]);
        if (length > source.Length - at - sizeof(int))
            throw new ParquetException($"a value of {length} bytes passes its page's end", offset + at);
        at += sizeof(int);
        var value = source.Slice(at, (int)length);
        at += (int)length;
        return value;
    }
}
