namespace TraderData.Parquet;

/// <summary>Parquet's hybrid of runs and bit-packed groups, for levels, dictionary indices and booleans.</summary>
internal static class RleHybrid
{
    private const int MinRun = 8;

    /// <summary>Fills <paramref name="target"/> with values below 2^<paramref name="width"/> (0 to 32); <paramref name="offset"/> is for messages.</summary>
    public static void Decode(ReadOnlySpan<byte> source, int width, Span<int> target, long offset)
    {
        var start = source.Length;
        Span<ulong> unpacked = stackalloc ulong[128];
        while (!target.IsEmpty)
        {
            var header = ReadHeader(ref source, start, offset);
            var count = (int)Math.Min(header >> 1, (uint)target.Length);
            if ((header & 1) == 0)
            {
                target[..count].Fill(ReadRunValue(ref source, width, start, offset));
                target = target[count..];
                continue;
            }

            var packed = TakePacked(ref source, header >> 1, width, start, offset);
            count = (int)Math.Min((header >> 1) * 8L, target.Length);
            for (var done = 0; done < count; done += unpacked.Length)
            {
                var part = unpacked[..Math.Min(unpacked.Length, count - done)];
                BitPacking.Unpack(packed[(int)((long)done * width / 8)..], width, part);
                for (var i = 0; i < part.Length; i++)
                    target[done + i] = (int)part[i];
            }

            target = target[count..];
        }
    }

    /// <summary>Fills <paramref name="target"/> from one-bit values.</summary>
    public static void DecodeBits(ReadOnlySpan<byte> source, Span<bool> target, long offset)
    {
        var start = source.Length;
        while (!target.IsEmpty)
        {
            var header = ReadHeader(ref source, start, offset);
            var count = (int)Math.Min(header >> 1, (uint)target.Length);
            if ((header & 1) == 0)
            {
                target[..count].Fill(ReadRunValue(ref source, 1, start, offset) != 0);
                target = target[count..];
                continue;
            }

            var packed = TakePacked(ref source, header >> 1, 1, start, offset);
            count = (int)Math.Min((header >> 1) * 8L, target.Length);
            UnpackBits(packed, target[..count]);
            target = target[count..];
        }
    }

    /// <summary>Whether the levels are one run of 1 for all rows: the usual form of a page without nulls.</summary>
    public static bool IsRunOfOnes(ReadOnlySpan<byte> levels, int rows)
    {
        ulong header = 0;
        for (var i = 0; i < Math.Min(levels.Length, 5); i++)
        {
            header |= (ulong)(levels[i] & 127) << (7 * i);
            if (levels[i] < 128)
                return header == (ulong)rows << 1 && levels.Length == i + 2 && levels[i + 1] == 1;
        }

        return false;
    }

    /// <summary>Spreads bits, least significant first, over booleans.</summary>
    public static void UnpackBits(ReadOnlySpan<byte> packed, Span<bool> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = ((packed[i >> 3] >> (i & 7)) & 1) != 0;
    }

    /// <summary>Appends values below 2^<paramref name="width"/>: runs of eight and more as runs, the rest packed.</summary>
    public static void Encode(ReadOnlySpan<int> values, int width, GrowBuffer output)
    {
        var packedFrom = 0;
        for (var i = 0; i < values.Length;)
        {
            var rest = values[i..];
            var differs = rest.IndexOfAnyExcept(rest[0]);
            var run = differs < 0 ? rest.Length : differs;
            // Packed groups hold a multiple of eight values, so a run gives up what completes the group before it.
            var owed = -(i - packedFrom) & 7;
            if (run - owed < MinRun)
            {
                i += run;
                continue;
            }

            AppendPacked(values[packedFrom..(i + owed)], width, output);
            output.AppendVarint((ulong)(run - owed) << 1);
            for (var b = 0; b < width; b += 8)
                output.Append((byte)(rest[0] >> b));
            i += run;
            packedFrom = i;
        }

        AppendPacked(values[packedFrom..], width, output);
    }

    private static void AppendPacked(ReadOnlySpan<int> values, int width, GrowBuffer output)
    {
        if (values.IsEmpty)
            return;
        var groups = (values.Length + 7) / 8;
        output.AppendVarint(((ulong)groups << 1) | 1);
        Span<ulong> part = stackalloc ulong[128];
        for (; !values.IsEmpty; values = values[Math.Min(part.Length, values.Length)..])
        {
            var count = Math.Min(part.Length, values.Length);
            var padded = (count + 7) & ~7;
            part[count..padded].Clear();
            for (var i = 0; i < count; i++)
                part[i] = (uint)values[i];
            output.Advance(BitPacking.Pack(part[..padded], width, output.GetSpan(padded * width / 8 + 8)));
        }
    }

    private static uint ReadHeader(ref ReadOnlySpan<byte> source, int start, long offset)
    {
        uint header = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (source.IsEmpty)
                throw new ParquetException("runs end before all values are there", offset + start);
            var b = source[0];
            source = source[1..];
            header |= (uint)(b & 127) << shift;
            if (b < 128 && (shift < 28 || b < 16))
                return header;
        }

        throw new ParquetException("a run's header passes 32 bits", offset + start - source.Length);
    }

    private static int ReadRunValue(ref ReadOnlySpan<byte> source, int width, int start, long offset)
    {
        var bytes = (width + 7) / 8;
        if (source.Length < bytes)
            throw new ParquetException("a run without its value", offset + start - source.Length);
        uint value = 0;
        for (var i = 0; i < bytes; i++)
            value |= (uint)source[i] << (8 * i);
        if (width < 32 && value >> width != 0)
            throw new ParquetException($"a run's value {value} takes more than {width} bits", offset + start - source.Length);
        source = source[bytes..];
        return (int)value;
    }

    private static ReadOnlySpan<byte> TakePacked(ref ReadOnlySpan<byte> source, uint groups, int width, int start, long offset)
    {
        var bytes = (long)groups * width;
        if (bytes > source.Length)
            throw new ParquetException($"{groups} packed groups need {bytes} bytes, {source.Length} are left", offset + start - source.Length);
        var packed = source[..(int)bytes];
        source = source[(int)bytes..];
        return packed;
    }
}
