using System.Buffers.Binary;

namespace TraderData.Parquet;

/// <summary>Checks the stated row groups against the file and the caps, and makes readable chunks of them.</summary>
internal sealed class ChunkBuilder(ParquetLimits limits, long dataEnd, ParquetColumn[] columns, bool isOurs)
{
    public ParquetRowGroup[] Build(List<RawRowGroup> raw, long rows)
    {
        var groups = new ParquetRowGroup[raw.Count];
        var ranges = new List<(long Start, long End)>();
        long firstRow = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = BuildGroup(raw[i], firstRow);
            firstRow += groups[i].Rows;
            foreach (var chunk in groups[i].Chunks)
                ranges.Add((chunk.Offset, chunk.Offset + chunk.Length));
        }

        if (firstRow != rows)
            throw new ParquetException($"the row groups hold {firstRow} rows, the footer says {rows}", dataEnd);
        RequireDisjoint(ranges);
        return groups;
    }

    private static void RequireDisjoint(List<(long Start, long End)> ranges)
    {
        ranges.Sort();
        for (var i = 1; i < ranges.Count; i++)
        {
            if (ranges[i].Start < ranges[i - 1].End)
                throw new ParquetException("two column chunks overlap", ranges[i].Start);
        }
    }

    private ParquetRowGroup BuildGroup(RawRowGroup raw, long firstRow)
    {
        if (raw.Rows < 0 || raw.Rows > limits.MaxRowGroupRows)
            throw new ParquetException($"a row group of {raw.Rows} rows, the cap is {limits.MaxRowGroupRows}", raw.At);
        var chunks = new ParquetChunk[columns.Length];
        for (var i = 0; i < chunks.Length; i++)
            chunks[i] = BuildChunk(raw.Chunks[i], columns[i], (int)raw.Rows);
        return new ParquetRowGroup((int)raw.Rows, firstRow, chunks);
    }

    private ParquetChunk BuildChunk(RawChunk raw, ParquetColumn column, int rows)
    {
        if (raw.Physical != column.Physical)
            throw new ParquetException($"column {column.Name} is {column.Physical} in the schema, {raw.Physical} in a chunk", raw.At);
        // Leaves under a repeated group hold any number of values; they are not read.
        if (raw.Values != rows && column.Kind != ParquetKind.Unsupported)
            throw new ParquetException($"column {column.Name} has {raw.Values} values in a row group of {rows}", raw.At);
        // Some writers leave 0 for "no dictionary".
        var start = raw.DictionaryPageOffset is > 0 and var dictionary && dictionary < raw.DataPageOffset ? dictionary : raw.DataPageOffset;
        if (start < ParquetFooter.Magic.Length || raw.CompressedBytes < 0 || raw.CompressedBytes > int.MaxValue || raw.CompressedBytes > dataEnd - start)
            throw new ParquetException($"column {column.Name}: {raw.CompressedBytes} bytes from {start} do not lie in the data, which ends at {dataEnd}", raw.At);
        if (isOurs && raw.Index is var (at, length) && (at < start + raw.CompressedBytes || length < 1 || length > dataEnd - at))
            throw new ParquetException($"column {column.Name}: a page index of {length} bytes at {at}", raw.At);
        return new ParquetChunk(
            column, start, (int)raw.CompressedBytes, rows, (Codec)raw.Codec, Statistics(raw.Statistics, column), requireCrc: isOurs, limits)
        {
            HasDictionary = start < raw.DataPageOffset,
            Index = isOurs ? raw.Index : null,
        };
    }

    private static ParquetStatistics Statistics(in RawStatistics raw, ParquetColumn column)
    {
        if (column.Kind == ParquetKind.Unsupported)
            return ParquetStatistics.None;
        if (column.Kind == ParquetKind.Utf8)
            return new ParquetStatistics { NullCount = raw.NullCount, MinText = Text(raw.Min, raw.At), MaxText = Text(raw.Max, raw.At) };
        // The older pair of fields has no defined order for byte arrays.
        var old = column.Physical is PhysicalType.Int32 or PhysicalType.Int64;
        return new ParquetStatistics
        {
            NullCount = raw.NullCount,
            Min = Number(raw.Min ?? (old ? raw.OldMin : null), column, raw.At),
            Max = Number(raw.Max ?? (old ? raw.OldMax : null), column, raw.At),
        };
    }

    private static string? Text(byte[]? bytes, long at)
    {
        if (bytes is null)
            return null;
        try
        {
            return StrictUtf8.Decode(bytes, at);
        }
        catch (ParquetException)
        {
            // A bound may be cut inside a character: still a bound for bytes, none for text.
            return null;
        }
    }

    private static long? Number(byte[]? bytes, ParquetColumn column, long at)
    {
        if (bytes is null)
            return null;
        var expected = column.Physical switch
        {
            PhysicalType.Boolean => 1,
            PhysicalType.Int32 => 4,
            PhysicalType.Int64 => 8,
            PhysicalType.FixedLenByteArray => column.TypeLength,
            _ => bytes.Length,
        };
        if (bytes.Length != expected)
            throw new ParquetException($"column {column.Name}: a bound of {bytes.Length} bytes, expected {expected}", at);
        return column.Physical switch
        {
            PhysicalType.Boolean => bytes[0],
            PhysicalType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            PhysicalType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => BigEndianInteger.TryRead(bytes, out var value) ? value : null,
        };
    }
}
