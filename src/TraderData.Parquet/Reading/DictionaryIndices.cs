namespace TraderData.Parquet;

/// <summary>Reads the indices of a dictionary-encoded page.</summary>
internal static class DictionaryIndices
{
    public static void Read(in DataPage page, Span<int> target, int entries)
    {
        if (target.IsEmpty)
            return;
        if (page.Values.IsEmpty || page.Values[0] > 32)
            throw new ParquetException("dictionary indices without a sensible width", page.Offset);
        RleHybrid.Decode(page.Values[1..], page.Values[0], target, page.Offset + 1);
        foreach (var index in target)
        {
            if ((uint)index >= (uint)entries)
                throw new ParquetException($"index {(uint)index} into a dictionary of {entries} entries", page.Offset);
        }
    }
}
