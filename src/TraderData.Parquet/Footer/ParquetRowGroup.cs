namespace TraderData.Parquet;

/// <summary>A run of rows of a file, with one chunk for each column.</summary>
public sealed class ParquetRowGroup
{
    internal ParquetRowGroup(int rows, long firstRow, ParquetChunk[] chunks) => (Rows, FirstRow, Chunks) = (rows, firstRow, chunks);

    /// <summary>How many rows it holds.</summary>
    public int Rows { get; }

    /// <summary>The number of its first row in the file, from 0.</summary>
    public long FirstRow { get; }

    /// <summary>Its chunks, in the order of the schema's columns.</summary>
    public IReadOnlyList<ParquetChunk> Chunks { get; }
}
