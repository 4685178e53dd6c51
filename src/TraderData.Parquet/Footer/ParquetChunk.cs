namespace TraderData.Parquet;

/// <summary>One column of one row group: where its bytes are, and how to read them.</summary>
public sealed partial class ParquetChunk
{
    internal ParquetChunk(ParquetColumn column, long offset, int length, int rows, Codec codec, ParquetStatistics statistics, bool requireCrc, ParquetLimits limits)
    {
        Column = column;
        Offset = offset;
        Length = length;
        Rows = rows;
        Codec = codec;
        Statistics = statistics;
        RequireCrc = requireCrc;
        Limits = limits;
    }

    /// <summary>The column.</summary>
    public ParquetColumn Column { get; }

    /// <summary>Offset of its first byte in the file.</summary>
    public long Offset { get; }

    /// <summary>How many bytes it takes in the file.</summary>
    public int Length { get; }

    /// <summary>How many rows it holds, nulls included.</summary>
    public int Rows { get; }

    /// <summary>The name of its compression codec, as in the Parquet format: UNCOMPRESSED, SNAPPY, GZIP, ZSTD, ….</summary>
    public string CompressionName => Codec.ToString().ToUpperInvariant();

    /// <summary>What the file says of its values.</summary>
    public ParquetStatistics Statistics { get; }

    internal Codec Codec { get; }

    internal bool HasDictionary { get; init; }

    /// <summary>Where the index of its pages is in the file; null when there is none, or none that can be trusted.</summary>
    internal (long Offset, int Length)? Index { get; init; }

    internal bool RequireCrc { get; }

    internal ParquetLimits Limits { get; }
}

/// <summary>Compression codecs, by their numbers in the format.</summary>
internal enum Codec
{
    Uncompressed = 0,
    Snappy = 1,
    Gzip = 2,
    Lzo = 3,
    Brotli = 4,
    Lz4 = 5,
    Zstd = 6,
    Lz4Raw = 7,
}
