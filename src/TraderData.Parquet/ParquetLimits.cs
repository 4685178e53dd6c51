namespace TraderData.Parquet;

/// <summary>Caps that are checked before anything is allocated or unpacked. The defaults hold any sensible file and stop a hostile one.</summary>
public sealed record ParquetLimits
{
    /// <summary>The caps used when none are given.</summary>
    public static ParquetLimits Default { get; } = new();

    /// <summary>Largest footer, in bytes. 64 MiB holds some 300 000 column chunks.</summary>
    public int MaxFooterBytes { get; init; } = 64 << 20;

    /// <summary>Most leaf columns.</summary>
    public int MaxColumns { get; init; } = 4096;

    /// <summary>Most row groups.</summary>
    public int MaxRowGroups { get; init; } = 1 << 18;

    /// <summary>Most rows in one row group: a column of 16 Mi rows is an array of 128 MiB.</summary>
    public int MaxRowGroupRows { get; init; } = 16 << 20;

    /// <summary>Most rows that a column is read of at once, over all row groups: 64 Mi rows are an array of 512 MiB.</summary>
    public int MaxRowsAtOnce { get; init; } = 64 << 20;

    /// <summary>Largest decompressed page, in bytes.</summary>
    public int MaxPageBytes { get; init; } = 256 << 20;

    /// <summary>Most decompressed bytes for each compressed byte. Deflate itself cannot pass 1032, Snappy about 22; pages below 64 KiB are not held to it.</summary>
    public int MaxCompressionRatio { get; init; } = 1040;
}
