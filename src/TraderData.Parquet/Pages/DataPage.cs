namespace TraderData.Parquet;

/// <summary>An unpacked page: its levels read, its values still encoded. Its spans live until the next page is taken.</summary>
internal ref struct DataPage
{
    public bool IsDictionary;

    /// <summary>Rows of a data page, entries of a dictionary.</summary>
    public int Rows;

    /// <summary>Values that are not null: as many as <see cref="Values"/> holds.</summary>
    public int Present;

    public FormatEncoding Encoding;

    public ReadOnlySpan<byte> Values;

    /// <summary>Where <see cref="Values"/> begins, for messages.</summary>
    public long Offset;

    /// <summary>Which rows are there; empty when all are.</summary>
    public ReadOnlySpan<bool> Valid;
}
