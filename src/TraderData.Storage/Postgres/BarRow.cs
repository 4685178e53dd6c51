using System.Buffers.Binary;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>One row of a binary COPY on its way into columns.</summary>
internal struct BarRow
{
    /// <summary>The columns of a row, in this order.</summary>
    public const string Columns = "bar_ts, open, high, low, close, volume, vwap, trades";

    private const int ColumnCount = 8;
    private const int End = -1;

    private static readonly string[] Names = Columns.Split(", ");

    public long TimeMs;
    public long Trades;
    public Value Open;
    public Value High;
    public Value Low;
    public Value Close;
    public Value Volume;
    public Value Vwap;

    /// <summary>A decimal with the least scale that holds it; <see cref="BarBlock.Missing"/> stands for null.</summary>
    public struct Value
    {
        public long Mantissa;
        public int Scale;
    }

    /// <summary>The least scale that holds the four prices.</summary>
    public readonly int PriceScale => Math.Max(Math.Max(Open.Scale, High.Scale), Math.Max(Low.Scale, Close.Scale));

    /// <summary>Reads a row.</summary>
    /// <param name="source">What of the stream has arrived.</param>
    /// <param name="where">The series, for messages.</param>
    /// <returns>How many bytes the row has; 0 when not all of it has arrived; -1 when there is no further row.</returns>
    /// <exception cref="BadDataException">A value cannot be held exactly.</exception>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>: the stream is none of COPY.</exception>
    public int Read(ReadOnlySpan<byte> source, string where)
    {
        if (source.Length < sizeof(short))
            return 0;
        var columns = BinaryPrimitives.ReadInt16BigEndian(source);
        if (columns == PgCopy.Trailer)
            return End;
        if (columns != ColumnCount)
            throw new StorageException(StorageErrorKind.Damaged, $"{where}: a row of COPY has {columns} columns, expected {ColumnCount}");
        Span<int> starts = stackalloc int[ColumnCount + 1];
        if (!TryFindFields(source, starts))
            return 0;
        ReadTime(Field(source, starts, 0), where);
        ReadValue(source, starts, 1, where, out Open);
        ReadValue(source, starts, 2, where, out High);
        ReadValue(source, starts, 3, where, out Low);
        ReadValue(source, starts, 4, where, out Close);
        ReadValue(source, starts, 5, where, out Volume);
        ReadValue(source, starts, 6, where, out Vwap);
        var trades = Field(source, starts, 7);
        Trades = trades.Length == sizeof(long) ? BinaryPrimitives.ReadInt64BigEndian(trades) : BarBlock.Missing;
        return starts[ColumnCount];
    }

    // starts[i] is where the length of field i stands, starts[^1] is behind the row.
    private static bool TryFindFields(ReadOnlySpan<byte> source, Span<int> starts)
    {
        var at = sizeof(short);
        for (var i = 0; i < ColumnCount; i++)
        {
            starts[i] = at;
            if (source.Length < at + sizeof(int))
                return false;
            at += sizeof(int) + Math.Max(BinaryPrimitives.ReadInt32BigEndian(source[at..]), 0);
        }

        starts[ColumnCount] = at;
        return source.Length >= at;
    }

    // Empty for null: no column here has a value without bytes.
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> source, ReadOnlySpan<int> starts, int index) =>
        source[(starts[index] + sizeof(int))..starts[index + 1]];

    private void ReadTime(ReadOnlySpan<byte> field, string where)
    {
        var micros = BinaryPrimitives.ReadInt64BigEndian(field);
        if (!PgTime.TryToUnixMs(micros, out TimeMs))
            throw new BadDataException(where, $"bar_ts {micros} µs from 2000-01-01T00:00:00Z", "whole milliseconds from year 1 to 9999");
    }

    private readonly void ReadValue(ReadOnlySpan<byte> source, ReadOnlySpan<int> starts, int index, string where, out Value value)
    {
        var field = Field(source, starts, index);
        if (field.IsEmpty)
        {
            value = new Value { Mantissa = BarBlock.Missing };
        }
        else if (PgNumeric.TryRead(field, out var mantissa, out var scale))
        {
            value = new Value { Mantissa = mantissa, Scale = scale };
        }
        else
        {
            throw new BadDataException(
                $"{where} {TimeText.Iso(TimeMs)}", $"{Names[index]} {PgNumeric.Text(field)}", $"a number of at most {ScaledDecimal.MaxScale} digits");
        }
    }
}
