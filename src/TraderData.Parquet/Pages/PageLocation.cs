namespace TraderData.Parquet;

/// <summary>Where a data page is.</summary>
/// <param name="Offset">Offset of its header in the file.</param>
/// <param name="Bytes">Bytes of header and content.</param>
/// <param name="FirstRow">The first of its rows, from 0 in the row group.</param>
/// <param name="Rows">How many rows it holds.</param>
internal readonly record struct PageLocation(long Offset, int Bytes, int FirstRow, int Rows);
