namespace TraderData.Parquet;

/// <summary>What a column chunk says of its values. Null: not said, or not in a form that this codec trusts.</summary>
public sealed record ParquetStatistics
{
    internal static ParquetStatistics None { get; } = new();

    /// <summary>The smallest value, in the column's unit or scale.</summary>
    public long? Min { get; init; }

    /// <summary>The largest value, in the column's unit or scale.</summary>
    public long? Max { get; init; }

    /// <summary>A text not above any value, by the order of its UTF-8 bytes.</summary>
    public string? MinText { get; init; }

    /// <summary>A text not below any value, by the order of its UTF-8 bytes.</summary>
    public string? MaxText { get; init; }

    /// <summary>How many values are null.</summary>
    public long? NullCount { get; init; }
}
