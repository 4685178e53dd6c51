namespace TraderData.Parquet;

/// <summary>Reads DELTA_BINARY_PACKED of any valid block size, from bytes that may be damaged.</summary>
internal ref struct DeltaDecoder
{
    // Blocks hold a multiple of 128 values, miniblocks a multiple of 32; no writer known passes a few thousand.
    private const int MaxBlockValues = 1 << 20;
    private const int MaxMiniblocks = 1 << 12;

    private readonly ReadOnlySpan<byte> _source;
    private readonly long _offset;
    private int _position;

    private DeltaDecoder(ReadOnlySpan<byte> source, long offset)
    {
        _source = source;
        _offset = offset;
    }

    /// <summary>Fills <paramref name="target"/>; returns the bytes that took. With <paramref name="narrow"/> values wrap at 32 bits.</summary>
    public static int Decode(ReadOnlySpan<byte> source, Span<long> target, bool narrow, long offset)
    {
        var decoder = new DeltaDecoder(source, offset);
        decoder.Run(target);
        if (narrow)
        {
            for (var i = 0; i < target.Length; i++)
                target[i] = (int)target[i];
        }

        return decoder._position;
    }

    private void Run(Span<long> target)
    {
        var blockValues = ReadVarint();
        var miniblocks = ReadVarint();
        if (blockValues is 0 or > MaxBlockValues || blockValues % 128 != 0)
            throw Bad($"a block of {blockValues} values");
        if (miniblocks is 0 or > MaxMiniblocks || blockValues % miniblocks != 0 || blockValues / miniblocks % 32 != 0)
            throw Bad($"{miniblocks} miniblocks in a block of {blockValues} values");
        var count = ReadVarint();
        if (count != (ulong)target.Length)
            throw Bad($"{count} values, the page has {target.Length}");
        var last = ReadZigZag();
        if (target.IsEmpty)
            return;

        target[0] = last;
        var rest = target[1..];
        while (!rest.IsEmpty)
        {
            var block = rest[..Math.Min(rest.Length, (int)blockValues)];
            last = ReadBlock(block, (int)miniblocks, (int)(blockValues / miniblocks), last);
            rest = rest[block.Length..];
        }
    }

    private long ReadBlock(Span<long> block, int miniblocks, int miniblockValues, long last)
    {
        var least = ReadZigZag();
        var widths = Take(miniblocks);
        for (var m = 0; !block.IsEmpty; m++)
        {
            var part = block[..Math.Min(block.Length, miniblockValues)];
            int width = widths[m];
            if (width > 64)
                throw Bad($"a miniblock of {width} bits");
            var packed = _source[_position..];
            Take(miniblockValues / 8 * width);
            last = DeltaKernel.Accumulate(part, packed, width, least, last);
            block = block[part.Length..];
        }

        return last;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _source.Length - _position)
            throw Bad($"{count} bytes needed, {_source.Length - _position} are left");
        var taken = _source.Slice(_position, count);
        _position += count;
        return taken;
    }

    private long ReadZigZag()
    {
        var value = ReadVarint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong ReadVarint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_position >= _source.Length)
                throw Bad("the bytes end inside a number");
            var b = _source[_position++];
            if (shift == 63 && b > 1)
                break;
            value |= (ulong)(b & 127) << shift;
            if (b < 128)
                return value;
        }

        throw Bad("a number passes 64 bits");
    }

    private readonly ParquetException Bad(string what) => new($"damaged DELTA_BINARY_PACKED values: {what}", _offset + _position);
}
