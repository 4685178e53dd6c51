using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace TraderData.Parquet;

/// <summary>Least and greatest numbers of a chunk, and the check that the column's type holds them.</summary>
internal readonly record struct NumberBounds(long Min, long Max)
{
    private static readonly Int128[] s_powersOfTen = [.. Enumerable.Range(0, ParquetColumn.MaxPrecision + 1).Select(n => (Int128)BigInteger.Pow(10, n))];

    /// <summary>Refuses values, of which these are the bounds, that the column's type does not hold.</summary>
    public void RequireFit(ParquetColumn column, ReadOnlySpan<long> values)
    {
        if (values.IsEmpty || column.Kind == ParquetKind.Double)
            return;
        var (least, greatest) = column switch
        {
            { Kind: ParquetKind.Int32 } => (int.MinValue, int.MaxValue),
            { Kind: ParquetKind.Decimal } => (-GreatestOf(column), GreatestOf(column)),
            _ => ((Int128)long.MinValue, (Int128)long.MaxValue),
        };
        if (Min < least || Max > greatest)
        {
            var bad = Min < least ? Min : Max;
            throw new ArgumentException($"column {column.Name} ({column.Kind}{(column.Precision > 0 ? $" of {column.Precision} digits" : "")}) does not hold {bad}, at value {values.IndexOf(bad)}");
        }
    }

    public static byte[] ToBytes(ParquetColumn column, long value)
    {
        var bytes = new byte[column.Physical switch { PhysicalType.Int32 => sizeof(int), PhysicalType.Int64 or PhysicalType.Double => sizeof(long), _ => column.TypeLength }];
        switch (column.Physical)
        {
            case PhysicalType.Int32: BinaryPrimitives.WriteInt32LittleEndian(bytes, (int)value); break;
            case PhysicalType.Int64 or PhysicalType.Double: BinaryPrimitives.WriteInt64LittleEndian(bytes, value); break;
            default: WriteBigEndian(bytes, column, value); break;
        }

        return bytes;
    }

    /// <summary>Writes a decimal of a column of byte arrays.</summary>
    public static void WriteBigEndian(Span<byte> target, ParquetColumn column, long value) => BigEndianInteger.Write(target, value * PowerOfTen(column.AddedDigits));

    /// <summary>10 to a power of up to 38.</summary>
    public static Int128 PowerOfTen(int exponent) => s_powersOfTen[exponent];

    // Of what is given, before digits are added to it.
    private static Int128 GreatestOf(ParquetColumn column) => (s_powersOfTen[column.Precision] - 1) / s_powersOfTen[column.AddedDigits];

    /// <summary>The bounds of floating point numbers without NaN, as their bits: the format asks for −0 below and +0 above, so that either zero is within.</summary>
    public static NumberBounds OfDoubles(ReadOnlySpan<double> values)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        foreach (var value in values)
            (min, max) = (value < min ? value : min, value > max ? value : max);
        return new NumberBounds(BitConverter.DoubleToInt64Bits(min == 0 ? -0.0 : min), BitConverter.DoubleToInt64Bits(max == 0 ? 0.0 : max));
    }

    /// <summary>The bounds of the values; of none, the least above the greatest.</summary>
    public static NumberBounds Of(ReadOnlySpan<long> values)
    {
        long min = long.MaxValue, max = long.MinValue;
        var vectors = MemoryMarshal.Cast<long, Vector<long>>(values);
        if (vectors.Length > 0)
        {
            Vector<long> least = vectors[0], greatest = vectors[0];
            foreach (var vector in vectors)
            {
                least = Vector.Min(least, vector);
                greatest = Vector.Max(greatest, vector);
            }

            for (var i = 0; i < Vector<long>.Count; i++)
                (min, max) = (Math.Min(min, least[i]), Math.Max(max, greatest[i]));
        }

        foreach (var value in values[(vectors.Length * Vector<long>.Count)..])
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        return new NumberBounds(min, max);
    }
}
