namespace TraderData.Benchmarks;

/// <summary>All contests, by the name of their class.</summary>
internal static class Contests
{
    /// <summary>Those whose class name holds one of the words, or all of them when there are no words.</summary>
    public static IReadOnlyList<Contest> All(IReadOnlyList<string> words) =>
    [
        .. ((Contest[])
        [
            new DecimalParsing(), new DecimalFormatting(), new KlineParsing(), new ArchiveParsing(), new ParquetEncoding(), new ParquetDecoding(),
            new CsvRendering(), new CsvExport(), new JsonExport(), new CsvImporting(), new ApiRendering(), new PostgresCopy(),
        ]).Where(c => words.Count == 0 || words.Any(w => c.GetType().Name.Contains(w, StringComparison.OrdinalIgnoreCase))),
    ];
}
