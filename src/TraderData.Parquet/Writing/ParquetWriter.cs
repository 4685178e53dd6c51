using System.Buffers;
using System.Runtime.InteropServices;

namespace TraderData.Parquet;

/// <summary>
/// Writes a Parquet file: row group after row group, each column by column in the schema's order, then <see cref="Finish"/>. The same input gives the
/// same bytes. Not safe for use by several threads at once.
/// </summary>
/// <remarks>
/// A column that is given belongs to the current row group; after the last column of the schema the row group is complete and the next column
/// given begins another. The first column of a row group says how many rows it has.
/// </remarks>
public sealed class ParquetWriter : IDisposable
{
    private readonly IBufferWriter<byte> _output;
    private readonly Stream? _stream;
    private readonly ParquetSchema _schema;
    private readonly ChunkWriter _chunks;
    private readonly List<WrittenRowGroup> _groups = [];
    private WrittenChunk[] _current;
    private int _column;
    private int _rows;
    private bool _finished;

    /// <summary>Begins a file.</summary>
    /// <param name="output">Takes the bytes: a PipeWriter, an <see cref="ArrayBufferWriter{T}"/>, …; flushing it, between columns, is the caller's.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="options">How to write; the defaults when null.</param>
    /// <exception cref="ArgumentException">The schema or the options cannot be written.</exception>
    public ParquetWriter(IBufferWriter<byte> output, ParquetSchema schema, ParquetWriterOptions? options = null)
    {
        options ??= new ParquetWriterOptions();
        options.Validate();
        schema.RequireWritable();
        _output = output;
        _schema = schema;
        _current = new WrittenChunk[schema.Columns.Count];
        output.Write(ParquetFooter.Magic);
        BytesWritten = ParquetFooter.Magic.Length;
        _chunks = new ChunkWriter(options);
    }

    /// <summary>Begins a file on a stream. Bytes reach the stream, by synchronous writes, after each row group and in <see cref="Finish"/>; the stream stays the caller's.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="schema">The columns.</param>
    /// <param name="options">How to write; the defaults when null.</param>
    /// <exception cref="ArgumentException">The schema or the options cannot be written.</exception>
    public ParquetWriter(Stream output, ParquetSchema schema, ParquetWriterOptions? options = null)
        : this(new GrowBuffer(), schema, options) => _stream = output;

    /// <summary>How many bytes have gone to the output so far.</summary>
    public long BytesWritten { get; private set; }

    /// <summary>Writes the next column of the row group. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="values">Its numbers: timestamps in the column's unit, decimals as scaled integers.</param>
    /// <exception cref="ArgumentException">
    /// The count differs from the first column's; a null in a column that is not optional; a value that the column's type does not hold.
    /// </exception>
    /// <exception cref="InvalidOperationException">The next column holds text or floating point numbers, or the file is finished.</exception>
    public void WriteColumn(ReadOnlySpan<long> values) => WriteNumbers(Begin(values.Length, ParquetKind.Int64), values);

    /// <summary>Writes the next column of the row group, decimals that have no more digits behind the point than the column: each is brought to its scale. Nulls are <see cref="long.MinValue"/>.</summary>
    /// <param name="values">Its numbers as integers of that scale.</param>
    /// <param name="scale">How many of their digits stand behind the point.</param>
    /// <exception cref="ArgumentException">
    /// The count differs from the first column's; a null in a column that is not optional; a value that the column's type does not hold at its own scale; a scale above the column's.
    /// </exception>
    /// <exception cref="InvalidOperationException">The next column holds no decimals, or the file is finished.</exception>
    public void WriteColumn(ReadOnlySpan<long> values, int scale)
    {
        var column = Begin(values.Length, ParquetKind.Int64);
        if (column.Kind != ParquetKind.Decimal)
            throw new InvalidOperationException($"column {column.Name} holds {column.Kind}");
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, column.Scale);
        var added = column.Scale - scale;
        if (added == 0 || column.Physical == PhysicalType.FixedLenByteArray)
            WriteNumbers(column with { AddedDigits = added }, values);
        else
            WriteRescaled(column, values, (long)NumberBounds.PowerOfTen(added));
    }

    /// <summary>Writes the next column of the row group, any number being a value.</summary>
    /// <param name="values">Its numbers: timestamps in the column's unit, decimals as scaled integers. What stands at a null is not looked at.</param>
    /// <param name="valid">False for each null.</param>
    /// <exception cref="ArgumentException">
    /// The counts differ; a null in a column that is not optional; a value that the column's type does not hold.
    /// </exception>
    /// <exception cref="InvalidOperationException">The next column holds text or floating point numbers, or the file is finished.</exception>
    public void WriteColumn(ReadOnlySpan<long> values, ReadOnlySpan<bool> valid)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(valid.Length, values.Length);
        var column = Begin(values.Length, ParquetKind.Int64);
        if (valid.Contains(false))
            WriteSparse(column, values, valid);
        else
            End(_chunks.WriteNumbers(column, values, NumberBounds.Of(values), values.Length, [], BytesWritten, _output));
    }

    /// <summary>Writes the next column of the row group. Nulls are NaN.</summary>
    /// <param name="values">Its numbers.</param>
    /// <exception cref="ArgumentException">The count differs from the first column's; a null in a column that is not optional.</exception>
    /// <exception cref="InvalidOperationException">The next column holds no floating point numbers, or the file is finished.</exception>
    public void WriteColumn(ReadOnlySpan<double> values)
    {
        var column = Begin(values.Length, ParquetKind.Double);
        var valid = ArrayPool<bool>.Shared.Rent(values.Length);
        var present = ArrayPool<double>.Shared.Rent(values.Length);
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            valid[i] = !double.IsNaN(values[i]);
            present[count] = values[i];
            count += valid[i] ? 1 : 0;
        }

        if (count < values.Length && !column.Optional)
            throw new ArgumentException($"column {column.Name} is not optional, row {valid.AsSpan(0, values.Length).IndexOf(false)} is null");
        var dense = present.AsSpan(0, count);
        var isFull = count == values.Length;
        End(_chunks.WriteNumbers(
            column, MemoryMarshal.Cast<double, long>(dense), NumberBounds.OfDoubles(dense), values.Length, isFull ? [] : valid.AsSpan(0, values.Length), BytesWritten, _output));
        ArrayPool<double>.Shared.Return(present);
        ArrayPool<bool>.Shared.Return(valid);
    }

    /// <summary>Writes the next column of the row group. Nulls are null.</summary>
    /// <param name="values">Its texts.</param>
    /// <exception cref="ArgumentException">The count differs from the first column's; a null in a column that is not optional; a text that is no Unicode.</exception>
    /// <exception cref="InvalidOperationException">The next column holds numbers, or the file is finished.</exception>
    public void WriteColumn(ReadOnlySpan<string?> values)
    {
        var column = Begin(values.Length, ParquetKind.Utf8);
        End(_chunks.WriteTexts(column, values, BytesWritten, _output));
    }

    /// <summary>Writes the footer. The file is complete then.</summary>
    /// <param name="keyValues">Key-values to keep with the file, in this order.</param>
    /// <exception cref="InvalidOperationException">A row group is not complete, or the file is finished already.</exception>
    public void Finish(IReadOnlyList<KeyValuePair<string, string>>? keyValues = null)
    {
        if (_finished || _column != 0)
            throw new InvalidOperationException(_finished ? "the file is finished" : $"the row group lacks column {_schema.Columns[_column].Name}");
        using var buffer = new GrowBuffer();
        FooterWriter.Write(_schema, _groups, keyValues ?? [], BytesWritten, buffer);
        _output.Write(buffer.Written);
        BytesWritten += buffer.Length;
        _finished = true;
        FlushToStream();
    }

    /// <summary>Releases pooled buffers. A file that was not finished stays incomplete.</summary>
    public void Dispose()
    {
        _chunks.Dispose();
        if (_stream is not null && _output is GrowBuffer buffer)
            buffer.Dispose();
    }

    private void FlushToStream()
    {
        if (_stream is null || _output is not GrowBuffer buffer)
            return;
        _stream.Write(buffer.Written);
        buffer.Clear();
    }

    private void WriteNumbers(ParquetColumn column, ReadOnlySpan<long> values)
    {
        // One pass finds the bounds and, since nulls are the least number, whether there are nulls.
        var bounds = NumberBounds.Of(values);
        if (bounds.Min != long.MinValue)
        {
            End(_chunks.WriteNumbers(column, values, bounds, values.Length, [], BytesWritten, _output));
            return;
        }

        var valid = ArrayPool<bool>.Shared.Rent(values.Length);
        for (var i = 0; i < values.Length; i++)
            valid[i] = values[i] != long.MinValue;
        WriteSparse(column, values, valid.AsSpan(0, values.Length));
        ArrayPool<bool>.Shared.Return(valid);
    }

    private void WriteRescaled(ParquetColumn column, ReadOnlySpan<long> values, long factor)
    {
        var rescaled = ArrayPool<long>.Shared.Rent(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] == long.MinValue)
                rescaled[i] = values[i];
            else if (Math.BigMul(values[i], factor, out rescaled[i]) != rescaled[i] >> 63)
                throw new ArgumentException($"column {column.Name} (Decimal of {column.Precision} digits) does not hold {values[i]} times {factor}, at value {i}");
        }

        WriteNumbers(column, rescaled.AsSpan(0, values.Length));
        ArrayPool<long>.Shared.Return(rescaled);
    }

    private void WriteSparse(ParquetColumn column, ReadOnlySpan<long> values, ReadOnlySpan<bool> valid)
    {
        if (!column.Optional)
            throw new ArgumentException($"column {column.Name} is not optional, row {valid.IndexOf(false)} is null");
        var present = ArrayPool<long>.Shared.Rent(values.Length);
        var count = 0;
        for (var i = 0; i < values.Length; i++)
        {
            present[count] = values[i];
            count += valid[i] ? 1 : 0;
        }

        var dense = present.AsSpan(0, count);
        End(_chunks.WriteNumbers(column, dense, NumberBounds.Of(dense), values.Length, valid, BytesWritten, _output));
        ArrayPool<long>.Shared.Return(present);
    }

    private ParquetColumn Begin(int rows, ParquetKind given)
    {
        var column = _schema.Columns[_column];
        if (_finished || given != (column.Kind is ParquetKind.Utf8 or ParquetKind.Double ? column.Kind : ParquetKind.Int64))
            throw new InvalidOperationException(_finished ? "the file is finished" : $"column {column.Name} holds {column.Kind}");
        if (_column == 0)
            _rows = rows;
        else if (rows != _rows)
            throw new ArgumentException($"column {column.Name} has {rows} values, the row group {_rows} rows");
        return column;
    }

    private void End(in WrittenChunk chunk)
    {
        _current[_column++] = chunk;
        BytesWritten += chunk.CompressedBytes;
        if (_column < _current.Length)
            return;
        // A row group without rows leaves nothing in the file.
        if (_rows > 0)
        {
            _groups.Add(new WrittenRowGroup(_rows, _current));
            _current = new WrittenChunk[_current.Length];
        }

        _column = 0;
        FlushToStream();
    }
}

/// <summary>A row group that is in the output.</summary>
internal sealed record WrittenRowGroup(int Rows, WrittenChunk[] Chunks);

/// <summary>A column chunk that is in the output, as the footer describes it.</summary>
internal readonly record struct WrittenChunk(
    Codec Codec, int Rows, FormatEncoding Encoding, long? DictionaryOffset, long DataOffset, long CompressedBytes, long UncompressedBytes, int Nulls, byte[]? Min, byte[]? Max, PageLocation[] Pages);
