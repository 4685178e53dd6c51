using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace TraderData.Parquet;

/// <summary>What a Parquet file says of itself: schema, row groups, statistics, key-values. It stands at the file's end, and can be read from there alone.</summary>
public sealed class ParquetFooter
{
    internal static ReadOnlySpan<byte> Magic => "PAR1"u8;

    internal static ReadOnlySpan<byte> SealMark => "TDS1"u8;

    /// <summary>Bytes after the footer: its length and the magic.</summary>
    internal const int TrailerBytes = 8;

    internal ParquetFooter(ParquetSchema schema, long rows, ParquetRowGroup[] rowGroups, KeyValuePair<string, string>[] keyValues, string? createdBy)
    {
        Schema = schema;
        Rows = rows;
        RowGroups = rowGroups;
        KeyValues = keyValues;
        CreatedBy = createdBy;
    }

    /// <summary>The columns, in order.</summary>
    public ParquetSchema Schema { get; }

    /// <summary>How many rows the file holds.</summary>
    public long Rows { get; }

    /// <summary>The row groups, in order.</summary>
    public IReadOnlyList<ParquetRowGroup> RowGroups { get; }

    /// <summary>The file's key-values, in the order written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> KeyValues { get; }

    /// <summary>What wrote the file, if it says so.</summary>
    public string? CreatedBy { get; }

    /// <summary>True when the file tells where its pages are, so that some rows can be read without the others.</summary>
    public bool HasPageIndex => PageIndex.Find(this) is not null;

    /// <summary>The value of that key (the first, if there are several), or null.</summary>
    /// <param name="key">The key to look for.</param>
    public string? FindValue(string key)
    {
        foreach (var pair in KeyValues)
        {
            if (pair.Key == key)
                return pair.Value;
        }

        return null;
    }

    /// <summary>Reads a footer from the end of a file.</summary>
    /// <param name="tail">The last bytes of the file: as many as are at hand; 64 KiB hold most footers.</param>
    /// <param name="fileLength">Length of the whole file, in bytes.</param>
    /// <param name="footer">The footer, when <paramref name="tail"/> held it.</param>
    /// <param name="tailBytesNeeded">When it did not: how many of the file's last bytes to give; never more than the file has.</param>
    /// <param name="limits">Caps; the defaults when null.</param>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="ParquetException">The file is damaged or passes a cap.</exception>
    public static bool TryParse(
        ReadOnlySpan<byte> tail, long fileLength, [NotNullWhen(true)] out ParquetFooter? footer, out int tailBytesNeeded, ParquetLimits? limits = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fileLength, tail.Length);
        limits ??= ParquetLimits.Default;
        footer = null;
        if (fileLength < TrailerBytes + Magic.Length)
            throw new ParquetException($"a file of {fileLength} bytes is too short for Parquet", 0);
        tailBytesNeeded = TrailerBytes;
        if (tail.Length < tailBytesNeeded)
            return false;

        var trailer = tail[^TrailerBytes..];
        if (!trailer[4..].SequenceEqual(Magic))
            throw new ParquetException("the file does not end in PAR1: cut short, or no Parquet file", fileLength - Magic.Length);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (length > limits.MaxFooterBytes)
            throw new ParquetException($"a footer of {length} bytes passes the cap of {limits.MaxFooterBytes}", fileLength - TrailerBytes);
        var start = fileLength - TrailerBytes - length;
        if (length == 0 || start < Magic.Length)
            throw new ParquetException($"a footer of {length} bytes does not fit a file of {fileLength}", fileLength - TrailerBytes);

        var sealBytes = (int)Math.Min(Seal.Length, start - Magic.Length);
        tailBytesNeeded = (int)length + TrailerBytes + sealBytes;
        if (tail.Length < tailBytesNeeded)
            return false;

        var bytes = tail.Slice(tail.Length - TrailerBytes - (int)length, (int)length);
        var seal = tail.Slice(tail.Length - TrailerBytes - (int)length - sealBytes, sealBytes);
        var isSealed = Seal.Check(SealMark, seal, bytes, start);
        footer = new FooterReader(limits, start, isSealed).Read(bytes);
        return true;
    }

    /// <summary>Reads the footer of a whole file in memory.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="limits">Caps; the defaults when null.</param>
    /// <exception cref="ParquetException">The file is damaged or passes a cap.</exception>
    public static ParquetFooter Parse(ReadOnlySpan<byte> file, ParquetLimits? limits = null)
    {
        if (!file.StartsWith(Magic))
            throw new ParquetException("the file does not start with PAR1: no Parquet file, or an encrypted one", 0);
        return TryParse(file, file.Length, out var footer, out var needed, limits)
            ? footer
            : throw new ParquetException($"the footer needs {needed} bytes", 0);
    }
}
