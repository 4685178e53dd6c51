namespace TraderData.Parquet;

/// <summary>How a file is written.</summary>
public sealed record ParquetWriterOptions
{
    /// <summary>The compression of all pages. The default is none: what DELTA_BINARY_PACKED leaves of times and prices hardly compresses.</summary>
    public ParquetCompression Compression { get; init; } = ParquetCompression.None;

    /// <summary>Most rows of a page. 32 768 numbers (256 KiB) stay in a core's second-level cache while they are encoded and decoded.</summary>
    public int PageRows { get; init; } = 32 << 10;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(PageRows, 1);
        PageCompression.CodecOf(Compression);
    }
}
