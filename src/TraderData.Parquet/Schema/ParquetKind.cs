namespace TraderData.Parquet;

/// <summary>What the values of a column mean.</summary>
public enum ParquetKind
{
    /// <summary>A type that this codec does not read; <see cref="ParquetColumn.TypeName"/> says which.</summary>
    Unsupported,

    /// <summary>False or true, read as 0 or 1. Read only.</summary>
    Boolean,

    /// <summary>Signed integers of up to 32 bits (also unsigned ones of up to 16).</summary>
    Int32,

    /// <summary>Signed 64-bit integers.</summary>
    Int64,

    /// <summary>Days since 1970-01-01. Read only.</summary>
    Date,

    /// <summary>Milliseconds since 1970-01-01.</summary>
    TimestampMillis,

    /// <summary>Microseconds since 1970-01-01.</summary>
    TimestampMicros,

    /// <summary>Nanoseconds since 1970-01-01. Read only.</summary>
    TimestampNanos,

    /// <summary>Scaled integers: value × 10^<see cref="ParquetColumn.Scale"/>.</summary>
    Decimal,

    /// <summary>UTF-8 text.</summary>
    Utf8,

    /// <summary>64-bit floating point. Written only: no bar has one.</summary>
    Double,
}

/// <summary>How the writer lays out the values of a column. The reader reads all of these, whatever the schema says.</summary>
public enum ParquetEncoding
{
    /// <summary>Values as they are.</summary>
    Plain,

    /// <summary>Each distinct value once, then indices. A column of more than 65 536 distinct values is written without a dictionary.</summary>
    Dictionary,

    /// <summary>Bit-packed differences between neighbours: the smallest for times and prices.</summary>
    DeltaBinaryPacked,

    /// <summary>All first bytes, then all second bytes, …: for wide numbers under a compression. DuckDB 1.5 reads it for floating point only, not for integers.</summary>
    ByteStreamSplit,
}

/// <summary>How the writer compresses pages.</summary>
public enum ParquetCompression
{
    /// <summary>Pages as they are.</summary>
    None,

    /// <summary>Snappy: fast.</summary>
    Snappy,

    /// <summary>GZIP: small.</summary>
    Gzip,
}
