using System.Runtime.CompilerServices;

namespace TraderData.Parquet;

/// <summary>The types of Thrift's compact protocol, as they stand in field and list headers.</summary>
internal enum CompactType
{
    Stop = 0,
    True = 1,
    False = 2,
    Int8 = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Set = 10,
    Map = 11,
    Struct = 12,
}

/// <summary>Reads Thrift's compact protocol from bytes that may be hostile: every length is checked against what is left, nesting is capped.</summary>
internal ref struct CompactReader(ReadOnlySpan<byte> bytes, long fileOffset)
{
    // Parquet's own structures nest 7 deep (logical types inside schema elements inside lists).
    private const int MaxDepth = 32;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly long _fileOffset = fileOffset;

    public int Position { get; private set; }

    public readonly int Remaining => _bytes.Length - Position;

    public readonly long Offset => _fileOffset + Position;

    /// <summary>Moves to the next field of a struct; false at its end. <paramref name="id"/> starts at 0 for each struct.</summary>
    public bool NextField(ref int id, out CompactType type)
    {
        var header = ReadByte();
        type = (CompactType)(header & 15);
        if (type == CompactType.Stop)
        {
            if (header != 0)
                throw Bad("a stop byte must be 0");
            return false;
        }

        if (type > CompactType.Struct)
            throw Bad($"unknown field type {(int)type}");
        var next = header >> 4 != 0 ? id + (header >> 4) : checked((int)Math.Clamp(ReadZigZag(), int.MinValue, int.MaxValue));
        if (next <= id || next > short.MaxValue)
            throw Bad($"field {next} after field {id}");
        id = next;
        return true;
    }

    public int ReadInt32(CompactType type)
    {
        Require(type, CompactType.Int32);
        var value = ReadZigZag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Bad($"{value} is no 32-bit integer");
    }

    public long ReadInt64(CompactType type)
    {
        Require(type, CompactType.Int64);
        return ReadZigZag();
    }

    public int ReadInt8(CompactType type)
    {
        Require(type, CompactType.Int8);
        return (sbyte)ReadByte();
    }

    public readonly bool ReadBool(CompactType type) =>
        type is CompactType.True or CompactType.False ? type == CompactType.True : throw Bad($"expected a boolean, found {type}");

    public ReadOnlySpan<byte> ReadBinary(CompactType type)
    {
        Require(type, CompactType.Binary);
        var length = ReadVarint();
        if (length > (ulong)Remaining)
            throw Bad($"a length of {length} passes the end, {Remaining} bytes are left");
        var value = _bytes.Slice(Position, (int)length);
        Position += (int)length;
        return value;
    }

    public string ReadString(CompactType type)
    {
        var at = Offset;
        return StrictUtf8.Decode(ReadBinary(type), at);
    }

    /// <summary>Reads a list's header. The count is at most the bytes left, since every element takes one.</summary>
    public int ReadList(CompactType type, CompactType element)
    {
        Require(type, CompactType.List);
        var count = ReadListHeader(out var found);
        if (count > 0)
            Require(found, element);
        return count;
    }

    public readonly void Require(CompactType found, CompactType expected)
    {
        if (found != expected)
            throw Bad($"expected {expected}, found {found}");
    }

    public void Skip(CompactType type) => Skip(type, 0, inCollection: false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte ReadByte()
    {
        if (Position >= _bytes.Length)
            throw Bad("the structure ends too early");
        return _bytes[Position++];
    }

    public long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var b = ReadByte();
            if (shift == 63 && b > 1)
                break;
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
                return value;
        }

        throw Bad("a variable-length integer passes 64 bits");
    }

    public readonly ParquetException Bad(string what) => new($"damaged metadata: {what}", Offset);

    private int ReadListHeader(out CompactType element)
    {
        var header = ReadByte();
        element = (CompactType)(header & 15);
        var count = header >> 4 == 15 ? ReadVarint() : (ulong)(header >> 4);
        if (count > (ulong)Remaining)
            throw Bad($"a list of {count} passes the end, {Remaining} bytes are left");
        return (int)count;
    }

    private void Skip(CompactType type, int depth, bool inCollection)
    {
        if (depth > MaxDepth)
            throw Bad($"nested deeper than {MaxDepth}");
        switch (type)
        {
            case CompactType.True or CompactType.False:
                if (inCollection)
                    ReadByte();
                break;
            case CompactType.Int8:
                ReadByte();
                break;
            case CompactType.Int16 or CompactType.Int32 or CompactType.Int64:
                ReadVarint();
                break;
            case CompactType.Double:
                for (var i = 0; i < sizeof(double); i++)
                    ReadByte();
                break;
            case CompactType.Binary:
                ReadBinary(type);
                break;
            case CompactType.List or CompactType.Set:
                for (var left = ReadListHeader(out var element); left > 0; left--)
                    Skip(element, depth + 1, inCollection: true);
                break;
            case CompactType.Map:
                SkipMap(depth);
                break;
            case CompactType.Struct:
                for (var id = 0; NextField(ref id, out var field);)
                    Skip(field, depth + 1, inCollection: false);
                break;
            default:
                throw Bad($"unknown type {(int)type}");
        }
    }

    private void SkipMap(int depth)
    {
        var count = ReadVarint();
        if (count == 0)
            return;
        if (count > (ulong)Remaining)
            throw Bad($"a map of {count} passes the end, {Remaining} bytes are left");
        var types = ReadByte();
        for (; count > 0; count--)
        {
            Skip((CompactType)(types >> 4), depth + 1, inCollection: true);
            Skip((CompactType)(types & 15), depth + 1, inCollection: true);
        }
    }
}
