using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace TraderData.Parquet;

/// <summary>Reads bytes of a file.</summary>
/// <param name="offset">Offset of the first in the file.</param>
/// <param name="target">Takes them; filled in full, or an exception is thrown.</param>
public delegate void ReadBytes(long offset, Span<byte> target);

/// <summary>
/// Reads a Parquet file that is in memory, or those ranges of a file that hold what is asked for. Who reads ranges of a remote file parses the footer
/// from its tail (<see cref="ParquetFooter.TryParse"/>) and gives each chunk its bytes (<see cref="ParquetChunk.ReadInt64(ReadOnlySpan{byte}, Span{long})"/>).
/// Safe for use by several threads at once.
/// </summary>
public sealed class ParquetReader
{
    // Holds the footer of a file of bars and its page index several times over.
    private const int TailBytes = 16 << 10;

    private readonly ReadOnlyMemory<byte> _file;
    private readonly ReadBytes? _read;
    private readonly PageIndex? _index;
    private readonly ParquetLimits _limits;

    /// <summary>Opens a file.</summary>
    /// <param name="file">Its bytes; they must not change while the reader is used.</param>
    /// <param name="limits">Caps; the defaults when null.</param>
    /// <exception cref="ParquetException">The footer is damaged or passes a cap, or the page index is damaged.</exception>
    public ParquetReader(ReadOnlyMemory<byte> file, ParquetLimits? limits = null)
    {
        _file = file;
        _limits = limits ?? ParquetLimits.Default;
        Footer = ParquetFooter.Parse(file.Span, _limits);
        if (PageIndex.Find(Footer) is var (offset, length))
            _index = PageIndex.Read(Footer, Take(offset, length), offset);
    }

    private ParquetReader(ParquetFooter footer, PageIndex index, ReadBytes read, ParquetLimits limits) =>
        (Footer, _index, _read, _limits) = (footer, index, read, limits);

    /// <summary>What the file says of itself.</summary>
    public ParquetFooter Footer { get; }

    /// <summary>Opens a file of which only what is needed is read: numbers come from the pages that hold them.</summary>
    /// <param name="fileLength">Length of the file, in bytes.</param>
    /// <param name="read">Reads its bytes.</param>
    /// <param name="reader">The reader, when the file has a page index.</param>
    /// <param name="limits">Caps; the defaults when null.</param>
    /// <returns>False when it has none that this codec trusts: it must be read whole.</returns>
    /// <exception cref="ParquetException">The footer is damaged or passes a cap, or the page index is damaged.</exception>
    public static bool TryOpen(long fileLength, ReadBytes read, [NotNullWhen(true)] out ParquetReader? reader, ParquetLimits? limits = null)
    {
        limits ??= ParquetLimits.Default;
        var pooled = ArrayPool<byte>.Shared.Rent((int)Math.Min(fileLength, TailBytes));
        try
        {
            ParquetFooter? footer;
            ReadOnlySpan<byte> tail;
            for (var count = (int)Math.Min(fileLength, TailBytes); ;)
            {
                tail = Read(fileLength - count, count);
                if (ParquetFooter.TryParse(tail, fileLength, out footer, out count, limits))
                    break;
            }

            reader = null;
            if (PageIndex.Find(footer) is not var (offset, length))
                return false;
            var isAtHand = offset >= fileLength - tail.Length;
            var index = PageIndex.Read(footer, isAtHand ? tail.Slice((int)(offset - (fileLength - tail.Length)), length) : Read(offset, length), offset);
            reader = new ParquetReader(footer, index, read, limits);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }

        ReadOnlySpan<byte> Read(long offset, int count)
        {
            if (pooled.Length < count)
            {
                ArrayPool<byte>.Shared.Return(pooled);
                pooled = ArrayPool<byte>.Shared.Rent(count);
            }

            read(offset, pooled.AsSpan(0, count));
            return pooled.AsSpan(0, count);
        }
    }

    /// <summary>The bytes of a chunk of a file in memory.</summary>
    /// <param name="chunk">A chunk of <see cref="Footer"/>.</param>
    /// <exception cref="InvalidOperationException">The file is not in memory.</exception>
    public ReadOnlySpan<byte> Bytes(ParquetChunk chunk) => Take(chunk.Offset, chunk.Length);

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
            if (_read is null && count == group.Rows)
                chunk.ReadInt64(Bytes(chunk), part);
            else
                ReadRows(chunk, (int)(from - group.FirstRow), part);
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

    private void ReadRows(ParquetChunk chunk, int firstRow, Span<long> target)
    {
        // A dictionary before the pages serves them all.
        var pages = _index is null || chunk.HasDictionary || target.IsEmpty ? [] : _index.Of(chunk, firstRow, target.Length);
        var (start, length) = pages.IsEmpty ? (chunk.Offset, chunk.Length) : (pages[0].Offset, (int)(pages[^1].Offset + pages[^1].Bytes - pages[0].Offset));
        var pooled = _read is null ? [] : ArrayPool<byte>.Shared.Rent(length);
        try
        {
            _read?.Invoke(start, pooled.AsSpan(0, length));
            var bytes = _read is null ? Take(start, length) : pooled.AsSpan(0, length);
            if (pages.IsEmpty)
                chunk.ReadInt64(bytes, firstRow, target);
            else
                chunk.ReadPages(bytes, pages, firstRow, target);
        }
        finally
        {
            if (pooled.Length > 0)
                ArrayPool<byte>.Shared.Return(pooled);
        }
    }

    private ReadOnlySpan<byte> Take(long offset, int length) => _read is null
        ? _file.Span.Slice((int)offset, length)
        : throw new InvalidOperationException("the file is not in memory: only ranges of rows are read");

    private int RequireColumn(string name)
    {
        var index = Footer.Schema.IndexOf(name);
        return index >= 0 ? index : throw new ParquetException($"no column {name}; there are {string.Join(", ", Footer.Schema.Columns.Select(c => c.Name))}", 0);
    }
}
