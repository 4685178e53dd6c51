namespace TraderData.Parquet;

/// <summary>A column of a flat schema.</summary>
/// <param name="Name">Its name; for a leaf of a nested foreign schema, the path with dots.</param>
/// <param name="Kind">What its values mean.</param>
/// <param name="Optional">Whether it may hold nulls.</param>
public sealed record ParquetColumn(string Name, ParquetKind Kind, bool Optional = false)
{
    /// <summary>Most decimal digits of a 64-bit integer that every such number can have: the widest DECIMAL that Parquet stores as INT64.</summary>
    public const int MaxInt64Precision = 18;

    /// <summary>Most digits of a <see cref="ParquetKind.Decimal"/> that every reader takes.</summary>
    public const int MaxPrecision = 38;

    /// <summary>Digits of a <see cref="ParquetKind.Decimal"/>: 1 to 18 on INT64; 19 is written as a 9-byte integer, for values that need all of 64 bits; more as a 16-byte one.</summary>
    public int Precision { get; init; }

    /// <summary>Digits after the point of a <see cref="ParquetKind.Decimal"/>.</summary>
    public int Scale { get; init; }

    /// <summary>For timestamps: whether they are instants (UTC), as all that this codec writes are, or local times.</summary>
    public bool IsUtc { get; init; } = true;

    /// <summary>How the writer lays out the values; a reader leaves the default here.</summary>
    public ParquetEncoding Encoding { get; init; }

    /// <summary>The column's type in words, for messages.</summary>
    public string TypeName { get; internal init; } = Kind.ToString();

    internal PhysicalType Physical { get; init; } = Kind switch
    {
        ParquetKind.Boolean => PhysicalType.Boolean,
        ParquetKind.Int32 or ParquetKind.Date => PhysicalType.Int32,
        ParquetKind.Utf8 => PhysicalType.ByteArray,
        ParquetKind.Double => PhysicalType.Double,
        _ => PhysicalType.Int64,
    };

    internal int TypeLength { get; init; }

    /// <summary>How many digits behind the point the writer adds to the values that it is given.</summary>
    internal int AddedDigits { get; init; }

    /// <summary>A column of 64-bit integers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="optional">Whether it may hold nulls.</param>
    public static ParquetColumn Int64(string name, bool optional = false) =>
        new(name, ParquetKind.Int64, optional) { Encoding = ParquetEncoding.DeltaBinaryPacked };

    /// <summary>A column of 32-bit integers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="optional">Whether it may hold nulls.</param>
    public static ParquetColumn Int32(string name, bool optional = false) =>
        new(name, ParquetKind.Int32, optional) { Encoding = ParquetEncoding.DeltaBinaryPacked };

    /// <summary>A column of instants in milliseconds since 1970-01-01 UTC.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="optional">Whether it may hold nulls.</param>
    public static ParquetColumn TimestampMillis(string name, bool optional = false) =>
        new(name, ParquetKind.TimestampMillis, optional) { Encoding = ParquetEncoding.DeltaBinaryPacked };

    /// <summary>A column of instants in microseconds since 1970-01-01 UTC.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="optional">Whether it may hold nulls.</param>
    public static ParquetColumn TimestampMicros(string name, bool optional = false) =>
        new(name, ParquetKind.TimestampMicros, optional) { Encoding = ParquetEncoding.DeltaBinaryPacked };

    /// <summary>A column of scaled integers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="precision">Most digits of a value: 1 to 38. Above 18 the values are laid out plainly, in 9 bytes each for 19 digits, in 16 for more.</param>
    /// <param name="scale">Digits after the point, 0 to <paramref name="precision"/>.</param>
    /// <param name="optional">Whether it may hold nulls.</param>
    /// <exception cref="ArgumentOutOfRangeException">The precision or scale is outside these bounds.</exception>
    public static ParquetColumn Decimal(string name, int precision, int scale, bool optional = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, MaxPrecision);
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, precision);
        var wide = precision > MaxInt64Precision;
        return new ParquetColumn(name, ParquetKind.Decimal, optional)
        {
            Precision = precision,
            Scale = scale,
            Encoding = wide ? ParquetEncoding.Plain : ParquetEncoding.DeltaBinaryPacked,
            Physical = wide ? PhysicalType.FixedLenByteArray : PhysicalType.Int64,
            TypeLength = precision switch { <= MaxInt64Precision => 0, MaxInt64Precision + 1 => 9, _ => 16 },
        };
    }

    /// <summary>A column of 64-bit floating point numbers.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="optional">Whether it may hold nulls.</param>
    public static ParquetColumn Double(string name, bool optional = false) => new(name, ParquetKind.Double, optional);

    /// <summary>A column of text.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="optional">Whether it may hold nulls.</param>
    public static ParquetColumn Utf8(string name, bool optional = false) =>
        new(name, ParquetKind.Utf8, optional) { Encoding = ParquetEncoding.Dictionary };
}

/// <summary>The physical types of the Parquet format, by their numbers in it.</summary>
internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLenByteArray = 7,
}
