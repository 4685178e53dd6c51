using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Gives the rows of a binary COPY one after the other, without an object for any of them.</summary>
internal sealed class BarRowReader : IAsyncDisposable
{
    // A few hundred rows; the server sends each in a message of its own, which is what one read of the stream gives.
    private const int BufferLength = 64 * 1_024;

    private readonly NpgsqlRawCopyStream _stream;
    private readonly string _series;
    private byte[] _buffer = new byte[BufferLength];
    private int _start;
    private int _end;
    private int _rowLength;
    private bool _isHeaderRead;
    private bool _isAllRead;

    private BarRowReader(NpgsqlRawCopyStream stream, Series series) => (_stream, _series) = (stream, series.ToString());

    /// <summary>True when the last row was given.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Starts a <c>COPY (…) TO STDOUT (FORMAT BINARY)</c>.</summary>
    /// <param name="connection">Belongs to the reader until it is disposed.</param>
    /// <param name="query">Gives the columns of <see cref="BarRow.Columns"/>, <see cref="BarRow.StoredColumns"/> or <see cref="BarRow.RevisionColumns"/>.</param>
    /// <param name="series">The series, for messages.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    public static async Task<BarRowReader> StartAsync(NpgsqlConnection connection, string query, Series series, CancellationToken cancellationToken) =>
        new(await connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT BINARY)", cancellationToken), series);

    /// <summary>Reads the next row, of what has arrived. The same row comes again until <see cref="Advance"/>.</summary>
    /// <returns>False when more must arrive, see <see cref="FillAsync"/>, or there is no further row, see <see cref="IsDone"/>.</returns>
    /// <exception cref="BadDataException">A stored value cannot be held exactly.</exception>
    public bool TryRead(ref BarRow row)
    {
        if (!_isHeaderRead && !ReadHeader())
            return false;
        _rowLength = row.Read(_buffer.AsSpan(_start, _end - _start), _series);
        IsDone = _rowLength < 0;
        return _rowLength > 0;
    }

    /// <summary>Goes behind the row that was read.</summary>
    public void Advance() => _start += _rowLength;

    /// <summary>Waits for more to arrive.</summary>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Unavailable"/>: nothing more arrives, though rows were to come.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_isAllRead)
            throw new StorageException(StorageErrorKind.Unavailable, $"{_series}: the server's answer broke off");
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

    public async ValueTask DisposeAsync()
    {
        try
        {
            // Disposing alone would read all that is left.
            if (!IsDone)
                await _stream.CancelAsync();
            await _stream.DisposeAsync();
        }
        catch (Exception e) when (!IsDone && (PostgresFault.IsOne(e) || e is OperationCanceledException or InvalidOperationException))
        {
            // The server's answer to the cancelling, or a connection that is gone: whoever left early knows why.
        }
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
}
