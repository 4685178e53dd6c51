namespace TraderData.Parquet;

/// <summary>A row group as the footer states it, unchecked.</summary>
internal sealed record RawRowGroup(long At, long Rows, RawChunk[] Chunks);

/// <summary>A column chunk's metadata as the footer states it, unchecked.</summary>
internal sealed class RawChunk
{
    public required long At { get; init; }
    public required PhysicalType Physical { get; init; }
    public required int Codec { get; init; }
    public required long Values { get; init; }
    public required long CompressedBytes { get; init; }
    public required long DataPageOffset { get; init; }
    public required long? DictionaryPageOffset { get; init; }
    public required RawStatistics Statistics { get; init; }
    public (long Offset, int Length)? Index { get; set; }

    public static RawChunk Read(ref CompactReader reader, long at)
    {
        int? physical = null, codec = null;
        long? values = null, bytes = null, data = null, dictionary = null;
        var statistics = default(RawStatistics);
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1: physical = reader.ReadInt32(type); break;
                case 4: codec = reader.ReadInt32(type); break;
                case 5: values = reader.ReadInt64(type); break;
                case 7: bytes = reader.ReadInt64(type); break;
                case 9: data = reader.ReadInt64(type); break;
                case 11: dictionary = reader.ReadInt64(type); break;
                case 12:
                    reader.Require(type, CompactType.Struct);
                    statistics = RawStatistics.Read(ref reader);
                    break;
                default: reader.Skip(type); break;
            }
        }

        return new RawChunk
        {
            At = at,
            Physical = (PhysicalType)(physical ?? throw reader.Bad("a chunk without type")),
            Codec = codec ?? throw reader.Bad("a chunk without codec"),
            Values = values ?? throw reader.Bad("a chunk without value count"),
            CompressedBytes = bytes ?? throw reader.Bad("a chunk without size"),
            DataPageOffset = data ?? throw reader.Bad("a chunk without data page offset"),
            DictionaryPageOffset = dictionary,
            Statistics = statistics,
        };
    }
}

/// <summary>A chunk's statistics as bytes.</summary>
internal readonly record struct RawStatistics(byte[]? Min, byte[]? Max, byte[]? OldMin, byte[]? OldMax, long? NullCount, long At)
{
    // Longer bounds tell a reader of bars nothing, and would let a hostile footer hold its bytes twice.
    private const int MaxBytes = 1024;

    public static RawStatistics Read(ref CompactReader reader)
    {
        byte[]? min = null, max = null, oldMin = null, oldMax = null;
        long? nulls = null;
        var at = reader.Offset;
        for (var id = 0; reader.NextField(ref id, out var type);)
        {
            switch (id)
            {
                case 1: oldMax = Bounded(reader.ReadBinary(type)); break;
                case 2: oldMin = Bounded(reader.ReadBinary(type)); break;
                case 3: nulls = reader.ReadInt64(type); break;
                case 5: max = Bounded(reader.ReadBinary(type)); break;
                case 6: min = Bounded(reader.ReadBinary(type)); break;
                default: reader.Skip(type); break;
            }
        }

        return new RawStatistics(min, max, oldMin, oldMax, nulls, at);
    }

    private static byte[]? Bounded(ReadOnlySpan<byte> bytes) => bytes.Length <= MaxBytes ? bytes.ToArray() : null;
}
