using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Reads rows of a binary COPY straight into the columns of blocks: no object per row or value.</summary>
internal sealed class BarCopyReader : IAsyncDisposable
{
    // A few hundred rows; the server sends each in a message of its own, which is what one read of the stream gives.
    private const int BufferLength = 64 * 1_024;

    private readonly NpgsqlRawCopyStream _stream;
    private readonly string _series;
    private readonly bool _descending;
    private readonly BarColumnsBuffer _columns;
    private byte[] _buffer = new byte[BufferLength];
    private int _start;
    private int _end;
    private bool _isHeaderRead;
    private bool _isAllRead;
    private bool _isDone;

    private BarCopyReader(NpgsqlRawCopyStream stream, Series series, bool descending, int blockRows)
    {
        (_stream, _series, _descending) = (stream, series.ToString(), descending);
        _columns = new BarColumnsBuffer(blockRows);
    }

    /// <summary>Starts a <c>COPY (…) TO STDOUT (FORMAT BINARY)</c>.</summary>
    /// <param name="connection">Belongs to the reader until it is disposed.</param>
    /// <param name="query">Gives the columns of <see cref="BarRow.Columns"/> in order of time.</param>
    /// <param name="series">The series, for messages.</param>
    /// <param name="descending">The query gives the newest row first.</param>
    /// <param name="blockRows">The most rows of a block.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<BarCopyReader> StartAsync(
        NpgsqlConnection connection, string query, Series series, bool descending, int blockRows, CancellationToken cancellationToken) =>
        new(await connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT BINARY)", cancellationToken), series, descending, blockRows);

    /// <summary>The next block, its bars ascending; null when there is none.</summary>
    /// <exception cref="BadDataException">A stored value cannot be held exactly.</exception>
    public async ValueTask<BarBlock?> NextAsync(CancellationToken cancellationToken)
    {
        while (!_isDone)
        {
            if (Parse())
                return _columns.Take(_descending);
            if (_isAllRead && !_isDone)
                throw new StorageException(StorageErrorKind.Unavailable, $"{_series}: the server's answer broke off");
            if (!_isDone)
                await FillAsync(cancellationToken);
        }

        return _columns.Count == 0 ? null : _columns.Take(_descending);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Disposing alone would read all that is left.
            if (!_isDone)
                await _stream.CancelAsync();
            await _stream.DisposeAsync();
        }
        catch (Exception e) when (!_isDone && (PostgresFault.IsOne(e) || e is OperationCanceledException or InvalidOperationException))
        {
            // The server's answer to the cancelling, or a connection that is gone: whoever left early knows why.
        }
    }

    // True when a block is complete; false when more bytes are needed or the stream is at its end.
    private bool Parse()
    {
        if (!_isHeaderRead && !ReadHeader())
            return false;
        var row = default(BarRow);
        while (!_columns.IsFull)
        {
            var length = row.Read(_buffer.AsSpan(_start, _end - _start), _series);
            if (length < 0)
                _isDone = true;
            if (length <= 0)
                return false;
            if (!_columns.TryAdd(row))
                return _columns.Count > 0 ? true : throw DoesNotFit(row.TimeMs);
            _start += length;
        }

        return true;
    }

    private bool ReadHeader()
    {
        if (_end < PgCopy.Header.Length)
            return false;
        if (!_buffer.AsSpan(0, PgCopy.Header.Length).SequenceEqual(PgCopy.Header))
            throw new StorageException(StorageErrorKind.Damaged, $"{_series}: the server's answer does not begin as a binary COPY does");
        _start = PgCopy.Header.Length;
        return _isHeaderRead = true;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        // Only a number of thousands of digits makes a row of such length.
        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        while (_end < _buffer.Length)
        {
            var read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
            _end += read;
            if (read == 0)
            {
                _isAllRead = true;
                return;
            }
        }
    }

    private BadDataException DoesNotFit(long timeMs) => new(
        $"{_series} {TimeText.Iso(timeMs)}", "prices of too different digits", $"prices that fit together in {ScaledDecimal.MaxScale} digits");
}
