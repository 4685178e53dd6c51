using System.Buffers.Binary;
using TraderData.Core;

namespace TraderData.Storage;

/// <summary>One row of a binary COPY on its way into columns.</summary>
internal struct BarRow
{
    /// <summary>The columns of a bar, in this order.</summary>
    public const string Columns = "bar_ts, open, high, low, close, volume, vwap, trades";

    /// <summary>As <see cref="Columns"/>, and when the value was stored.</summary>
    public const string StoredColumns = Columns + ", updated_at";

    /// <summary>As <see cref="Columns"/>, and from when until when the value was the bar's.</summary>
    public const string RevisionColumns = Columns + ", recorded_at, replaced_at";

    private const int BarColumnCount = 8;
    private const int MostColumns = BarColumnCount + 2;
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

    /// <summary>When the value was stored, Unix milliseconds; <see cref="StoredBars.Unknown"/> for null, and when the row has no such column.</summary>
    public long RecordedMs;

    /// <summary>When the value was replaced, Unix milliseconds, where the row has such a column.</summary>
    public long ReplacedMs;

    /// <summary>A decimal with the least scale that holds it; <see cref="BarBlock.Missing"/> stands for null.</summary>
    public struct Value
    {
        public long Mantissa;
        public int Scale;

        public readonly ScaledDecimal? Number => Mantissa == BarBlock.Missing ? null : new ScaledDecimal(Mantissa, Scale);
    }

    /// <summary>The least scale that holds the four prices.</summary>
    public readonly int PriceScale => Math.Max(Math.Max(Open.Scale, High.Scale), Math.Max(Low.Scale, Close.Scale));

    /// <summary>The row as a revision.</summary>
    public readonly BarRevision ToRevision() => new(
        new Bar(
            TimeMs, Open.Number!.Value, High.Number!.Value, Low.Number!.Value, Close.Number!.Value, Volume.Number, Vwap.Number,
            Trades == BarBlock.Missing ? null : Trades),
        RecordedMs == StoredBars.Unknown ? null : RecordedMs,
        ReplacedMs);

    /// <summary>Reads a row with the columns of a bar, and the times that stand behind them.</summary>
    /// <param name="source">What of the stream has arrived.</param>
    /// <param name="where">The series, for messages.</param>
    /// <returns>How many bytes the row has; 0 when not all of it has arrived; -1 when there is no further row.</returns>
    /// <exception cref="BadDataException">A value cannot be held exactly.</exception>
    /// <exception cref="StorageException">Kind <see cref="StorageErrorKind.Damaged"/>: the stream is none of COPY.</exception>
    public int Read(ReadOnlySpan<byte> source, string where)
    {
        if (source.Length < sizeof(short))
            return 0;
        int columns = BinaryPrimitives.ReadInt16BigEndian(source);
        if (columns == PgCopy.Trailer)
            return End;
        if (columns is < BarColumnCount or > MostColumns)
            throw new StorageException(StorageErrorKind.Damaged, $"{where}: a row of COPY has {columns} columns, expected {BarColumnCount} to {MostColumns}");
        Span<int> starts = stackalloc int[MostColumns + 1];
        if (!TryFindFields(source, starts[..(columns + 1)]))
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
        RecordedMs = columns > BarColumnCount ? ReadStamp(Field(source, starts, BarColumnCount)) : StoredBars.Unknown;
        ReplacedMs = columns > BarColumnCount + 1 ? ReadStamp(Field(source, starts, BarColumnCount + 1)) : StoredBars.Unknown;
        return starts[columns];
    }

    // starts[i] is where the length of field i stands, starts[^1] is behind the row.
    private static bool TryFindFields(ReadOnlySpan<byte> source, Span<int> starts)
    {
        var at = sizeof(short);
        for (var i = 0; i < starts.Length - 1; i++)
        {
            starts[i] = at;
            if (source.Length < at + sizeof(int))
                return false;
            at += sizeof(int) + Math.Max(BinaryPrimitives.ReadInt32BigEndian(source[at..]), 0);
        }

        starts[^1] = at;
        return source.Length >= at;
    }

    // Empty for null: no column here has a value without bytes.
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> source, ReadOnlySpan<int> starts, int index) =>
        source[(starts[index] + sizeof(int))..starts[index + 1]];

    private static long ReadStamp(ReadOnlySpan<byte> field) =>
        field.IsEmpty ? StoredBars.Unknown : PgTime.ToUnixMsCeiling(BinaryPrimitives.ReadInt64BigEndian(field));

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
