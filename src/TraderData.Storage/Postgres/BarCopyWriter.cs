using System.Buffers.Binary;
using System.Text;
using Npgsql;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>
/// Writes bars as rows of a binary COPY, straight from the columns of a block into one buffer: no object per row or value
/// (the format is under "Binary Format" of COPY in the manual).
/// </summary>
internal sealed class BarCopyWriter
{
    /// <summary>The columns of a row, in this order.</summary>
    public const string Columns = "symbol, timeframe, bar_ts, open, high, low, close, volume, vwap, trades, source";

    private const int ColumnCount = 11;

    // Messages of this size keep the server busy, and fit the usual socket buffer.
    private const int BufferLength = 64 * 1_024;

    private readonly string _columns;
    private readonly byte[] _head;
    private readonly byte[] _tail;
    private readonly int _mostRowBytes;
    private readonly byte[] _buffer = new byte[BufferLength];
    private int _length;

    /// <summary>Makes a writer for one series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="recordedMs">When the values are stored, Unix milliseconds: goes into <c>updated_at</c>, behind <see cref="Columns"/>; null leaves the column out.</param>
    public BarCopyWriter(Series series, long? recordedMs = null)
    {
        var symbol = Field(series.Symbol);
        var timeframe = Field(series.Timeframe.ToString());
        _columns = recordedMs is null ? Columns : $"{Columns}, updated_at";
        _head = [0, (byte)(ColumnCount + (recordedMs is null ? 0 : 1)), .. symbol, .. timeframe];
        _tail = recordedMs is { } timeMs ? [.. Field(series.Source), .. Field(timeMs)] : Field(series.Source);
        _mostRowBytes = _head.Length + (2 * (4 + sizeof(long))) + (6 * (4 + PgNumeric.MaxLength)) + _tail.Length;
    }

    /// <summary>Runs a <c>COPY … FROM STDIN (FORMAT BINARY)</c> with all bars of a block.</summary>
    /// <param name="connection">In a transaction: after a failure nothing of the COPY stays, but the transaction is to be rolled back.</param>
    /// <param name="table">The table, with the columns that are written.</param>
    /// <param name="block">The bars.</param>
    /// <param name="cancellationToken">Stops the COPY; nothing of it stays.</param>
    public async Task CopyAsync(NpgsqlConnection connection, string table, BarBlock block, CancellationToken cancellationToken)
    {
        var stream = await connection.BeginRawBinaryCopyAsync($"COPY {table} ({_columns}) FROM STDIN (FORMAT BINARY)", cancellationToken);
        try
        {
            Begin();
            for (var next = 0; next < block.Count;)
            {
                next = Fill(block, next);
                await stream.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
                _length = 0;
            }

            BinaryPrimitives.WriteInt16BigEndian(_buffer, PgCopy.Trailer);
            await stream.WriteAsync(_buffer.AsMemory(0, sizeof(short)), cancellationToken);
        }
        catch
        {
            // Disposing alone would end the COPY as if it were complete.
            await CancelAsync(stream);
            throw;
        }

        await stream.DisposeAsync();
    }

    private static byte[] Field(string text)
    {
        var field = new byte[4 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32BigEndian(field, field.Length - 4);
        Encoding.UTF8.GetBytes(text, field.AsSpan(4));
        return field;
    }

    private static byte[] Field(long timeMs)
    {
        var field = new byte[4 + sizeof(long)];
        BinaryPrimitives.WriteInt32BigEndian(field, sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(field.AsSpan(4), PgTime.FromUnixMs(timeMs));
        return field;
    }

    // What cancelling says is the server's answer to it, or that the connection is gone: the failure that led here says more.
    private static async Task CancelAsync(NpgsqlRawCopyStream stream)
    {
        try
        {
            await stream.CancelAsync();
        }
        catch (Exception e) when (PostgresFault.IsOne(e) || e is OperationCanceledException or InvalidOperationException)
        {
        }
    }

    private void Begin()
    {
        PgCopy.Header.CopyTo(_buffer);
        _length = PgCopy.Header.Length;
    }

    private int Fill(BarBlock block, int next)
    {
        var times = block.Times;
        var opens = block.Opens;
        var highs = block.Highs;
        var lows = block.Lows;
        var closes = block.Closes;
        var volumes = block.Volumes;
        var vwaps = block.Vwaps;
        var trades = block.Trades;
        for (; next < times.Length && _length + _mostRowBytes <= BufferLength; next++)
        {
            _head.CopyTo(_buffer.AsSpan(_length));
            _length += _head.Length;
            PutLong(PgTime.FromUnixMs(times[next]));
            PutDecimal(opens[next], block.PriceScale);
            PutDecimal(highs[next], block.PriceScale);
            PutDecimal(lows[next], block.PriceScale);
            PutDecimal(closes[next], block.PriceScale);
            PutOptionalDecimal(volumes[next], block.VolumeScale);
            PutOptionalDecimal(vwaps.IsEmpty ? BarBlock.Missing : vwaps[next], block.VwapScale);
            if (trades.IsEmpty || trades[next] == BarBlock.Missing)
                PutNull();
            else
                PutLong(trades[next]);
            _tail.CopyTo(_buffer.AsSpan(_length));
            _length += _tail.Length;
        }

        return next;
    }

    private void PutLong(long value)
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), sizeof(long));
        BinaryPrimitives.WriteInt64BigEndian(_buffer.AsSpan(_length + 4), value);
        _length += 4 + sizeof(long);
    }

    private void PutDecimal(long mantissa, int scale)
    {
        var length = PgNumeric.Write(mantissa, scale, _buffer.AsSpan(_length + 4));
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), length);
        _length += 4 + length;
    }

    private void PutOptionalDecimal(long mantissa, int scale)
    {
        if (mantissa == BarBlock.Missing)
            PutNull();
        else
            PutDecimal(mantissa, scale);
    }

    private void PutNull()
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), PgCopy.Null);
        _length += 4;
    }
}
