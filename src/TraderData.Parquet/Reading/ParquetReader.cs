namespace TraderData.Parquet;

/// <summary>
/// Reads a Parquet file that is in memory. Who reads ranges of a remote file parses the footer from its tail (<see cref="ParquetFooter.TryParse"/>) and
/// gives each chunk its bytes (<see cref="ParquetChunk.ReadInt64(ReadOnlySpan{byte}, Span{long})"/>). Safe for use by several threads at once.
/// </summary>
public sealed class ParquetReader
{
    private readonly ReadOnlyMemory<byte> _file;
    private readonly ParquetLimits _limits;

    /// <summary>Opens a file.</summary>
    /// <param name="file">Its bytes; they must not change while the reader is used.</param>
    /// <param name="limits">Caps; the defaults when null.</param>
    /// <exception cref="ParquetException">The footer is damaged or passes a cap.</exception>
    public ParquetReader(ReadOnlyMemory<byte> file, ParquetLimits? limits = null)
    {
        _file = file;
        _limits = limits ?? ParquetLimits.Default;
        Footer = ParquetFooter.Parse(file.Span, _limits);
    }

    /// <summary>What the file says of itself.</summary>
    public ParquetFooter Footer { get; }

    /// <summary>The bytes of a chunk of this file.</summary>
    /// <param name="chunk">A chunk of <see cref="Footer"/>.</param>
    public ReadOnlySpan<byte> Bytes(ParquetChunk chunk) => _file.Span.Slice((int)chunk.Offset, chunk.Length);

    /// <summary>Reads a column of numbers over all row groups. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="column">The column's name.</param>
    /// <exception cref="ParquetException">There is no such column, it does not hold numbers that fit 64 bits, or its bytes are damaged.</exception>
    public long[] ReadInt64(string column) => ReadInt64(column, 0, RequireRows());

    /// <summary>Reads some rows of a column of numbers, from the pages that hold them. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="column">The column's name.</param>
    /// <param name="firstRow">The first row, from 0 in the file.</param>
    /// <param name="rows">How many rows.</param>
    /// <exception cref="ParquetException">There is no such column, it does not hold numbers that fit 64 bits, or its bytes are damaged.</exception>
    public long[] ReadInt64(string column, long firstRow, int rows)
    {
        // Every value is written, or the array is not given out.
        var values = GC.AllocateUninitializedArray<long>(rows);
        ReadInt64(column, firstRow, values);
        return values;
    }

    /// <inheritdoc cref="ReadInt64(string, long, int)"/>
    /// <param name="column">The column's name.</param>
    /// <param name="firstRow">The first row, from 0 in the file.</param>
    /// <param name="target">Takes the values; as long as rows are wanted.</param>
    public void ReadInt64(string column, long firstRow, Span<long> target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstRow);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(target.Length, Footer.Rows - firstRow);
        var index = RequireColumn(column);
        foreach (var group in Footer.RowGroups)
        {
            var from = Math.Max(firstRow, group.FirstRow);
            var count = (int)(Math.Min(firstRow + target.Length, group.FirstRow + group.Rows) - from);
            // One of no rows is looked at all the same: its chunk may be damaged.
            if (count < 0 || (count == 0 && group.Rows > 0))
                continue;
            var chunk = group.Chunks[index];
            var part = target.Slice((int)(from - firstRow), count);
            if (count == group.Rows)
                chunk.ReadInt64(Bytes(chunk), part);
            else
                chunk.ReadInt64(Bytes(chunk), (int)(from - group.FirstRow), part);
        }
    }

    /// <summary>Reads a column of one row group. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="rowGroup">Number of the row group.</param>
    /// <param name="column">Number of the column.</param>
    /// <param name="target">Takes the values; as long as the row group has rows.</param>
    /// <exception cref="ParquetException">The column does not hold numbers that fit 64 bits, or its bytes are damaged.</exception>
    public void ReadInt64(int rowGroup, int column, Span<long> target)
    {
        var chunk = Footer.RowGroups[rowGroup].Chunks[column];
        chunk.ReadInt64(Bytes(chunk), target);
    }

    /// <summary>Reads a column of text over all row groups. Nulls are null.</summary>
    /// <param name="column">The column's name.</param>
    /// <exception cref="ParquetException">There is no such column, it does not hold text, or its bytes are damaged.</exception>
    public string?[] ReadText(string column)
    {
        var index = RequireColumn(column);
        var values = new string?[RequireRows()];
        foreach (var group in Footer.RowGroups)
        {
            var chunk = group.Chunks[index];
            chunk.ReadText(Bytes(chunk), values.AsSpan((int)group.FirstRow, group.Rows));
        }

        return values;
    }

    /// <summary>How many rows the file holds, when these are not too many to be read at once.</summary>
    /// <exception cref="ParquetException">They are.</exception>
    public int RequireRows() => Footer.Rows <= _limits.MaxRowsAtOnce
        ? (int)Footer.Rows
        : throw new ParquetException($"{Footer.Rows} rows at once, the cap is {_limits.MaxRowsAtOnce}: read row groups one by one", 0);

    private int RequireColumn(string name)
    {
        var index = Footer.Schema.IndexOf(name);
        return index >= 0 ? index : throw new ParquetException($"no column {name}; there are {string.Join(", ", Footer.Schema.Columns.Select(c => c.Name))}", 0);
    }
}
