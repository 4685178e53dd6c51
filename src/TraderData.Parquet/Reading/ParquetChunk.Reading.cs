namespace TraderData.Parquet;

public sealed partial class ParquetChunk
{
    /// <summary>Reads the chunk's numbers: scaled integers of decimals, timestamps in the column's unit, days, integers, booleans as 0 and 1. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="bytes">The chunk's bytes: <see cref="Length"/> from <see cref="Offset"/> in the file.</param>
    /// <param name="target">Takes the values; <see cref="Rows"/> long.</param>
    /// <exception cref="ParquetException">
    /// The bytes are damaged; the column holds no numbers that fit 64 bits; or it is optional and holds the very number that stands for null.
    /// </exception>
    public void ReadInt64(ReadOnlySpan<byte> bytes, Span<long> target)
    {
        Require(bytes, target.Length);
        RequireNumbers();
        NumberReader.Read(this, bytes, target, []);
    }

    /// <summary>Reads the numbers of some rows, from the pages that hold them: what is in the other pages is neither checked nor unpacked. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="bytes">The chunk's bytes: <see cref="Length"/> from <see cref="Offset"/> in the file.</param>
    /// <param name="firstRow">The first row, from 0 in the row group.</param>
    /// <param name="target">Takes the values; as long as rows are wanted.</param>
    /// <inheritdoc cref="ReadInt64(ReadOnlySpan{byte}, Span{long})" path="/exception"/>
    public void ReadInt64(ReadOnlySpan<byte> bytes, int firstRow, Span<long> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Length, Rows - firstRow);
        Require(bytes, Rows);
        RequireNumbers();
        NumberReader.Read(this, bytes, firstRow, target);
    }

    /// <summary>Reads the numbers of some rows from the bytes of the pages that hold them. Nulls are <see cref="long.MinValue"/>.</summary>
    internal void ReadPages(ReadOnlySpan<byte> bytes, ReadOnlySpan<PageLocation> pages, int firstRow, Span<long> target)
    {
        RequireReadable();
        RequireNumbers();
        NumberReader.Read(this, bytes, pages, firstRow, target);
    }

    /// <summary>Reads the chunk's numbers, and which of them are there; what stands at a null is <see cref="long.MinValue"/>.</summary>
    /// <param name="bytes">The chunk's bytes: <see cref="Length"/> from <see cref="Offset"/> in the file.</param>
    /// <param name="target">Takes the values; <see cref="Rows"/> long.</param>
    /// <param name="valid">Takes true for each value that is not null; <see cref="Rows"/> long.</param>
    /// <exception cref="ParquetException">The bytes are damaged, or the column holds no numbers that fit 64 bits.</exception>
    public void ReadInt64(ReadOnlySpan<byte> bytes, Span<long> target, Span<bool> valid)
    {
        Require(bytes, target.Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(valid.Length, Rows);
        RequireNumbers();
        valid.Fill(true);
        NumberReader.Read(this, bytes, target, valid);
    }

    /// <summary>Reads the chunk's timestamps as milliseconds since 1970, whatever their unit. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="bytes">The chunk's bytes: <see cref="Length"/> from <see cref="Offset"/> in the file.</param>
    /// <param name="target">Takes the times; <see cref="Rows"/> long.</param>
    /// <exception cref="ParquetException">The bytes are damaged, the column holds no timestamps, or one of them is no whole millisecond.</exception>
    public void ReadTimestampMillis(ReadOnlySpan<byte> bytes, Span<long> target)
    {
        var perMilli = Column.Kind switch
        {
            ParquetKind.TimestampMillis => 1,
            ParquetKind.TimestampMicros => 1_000,
            ParquetKind.TimestampNanos => 1_000_000,
            _ => throw ParquetException.Unsupported($"column {Column.Name} holds {Column.TypeName}, not timestamps", Offset),
        };
        ReadInt64(bytes, target);
        if (perMilli == 1)
            return;
        foreach (ref var time in target)
        {
            if (time == long.MinValue && Column.Optional)
                continue;
            var (millis, rest) = Math.DivRem(time, perMilli);
            if (rest != 0)
                throw new ParquetException($"column {Column.Name}: {time} ({Column.Kind}) is no whole millisecond", Offset);
            time = millis;
        }
    }

    /// <summary>Reads the chunk's texts. Equal texts of a dictionary are one string. Nulls are null.</summary>
    /// <param name="bytes">The chunk's bytes: <see cref="Length"/> from <see cref="Offset"/> in the file.</param>
    /// <param name="target">Takes the texts; <see cref="Rows"/> long.</param>
    /// <exception cref="ParquetException">The bytes are damaged, or the column does not hold text.</exception>
    public void ReadText(ReadOnlySpan<byte> bytes, Span<string?> target)
    {
        Require(bytes, target.Length);
        if (Column.Kind != ParquetKind.Utf8)
            throw ParquetException.Unsupported($"column {Column.Name} holds {Column.TypeName}, not text", Offset);
        TextReader.Read(this, bytes, target);
    }

    private void RequireNumbers()
    {
        if (Column.Kind == ParquetKind.Utf8)
            throw ParquetException.Unsupported($"column {Column.Name} holds text, not numbers", Offset);
    }

    private void Require(ReadOnlySpan<byte> bytes, int target)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length);
        ArgumentOutOfRangeException.ThrowIfNotEqual(target, Rows);
        RequireReadable();
    }

    private void RequireReadable()
    {
        if (Column.Kind == ParquetKind.Unsupported)
            throw ParquetException.Unsupported($"column {Column.Name} holds {Column.TypeName}, which this codec does not read", Offset);
        PageCompression.RequireReadable(Codec, Column.Name, Offset);
    }
}
