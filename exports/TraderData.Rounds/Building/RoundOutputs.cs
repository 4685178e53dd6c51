namespace TraderData.Rounds;

/// <summary>The data files of a round while they are written: of each split one as CSV and one as Parquet, and one with the features of every row.</summary>
internal sealed class RoundOutputs : IDisposable
{
    private readonly List<RowOutput>[] _splits = [[], [], []];
    private readonly RowOutput _features;
    private readonly List<RowOutput> _all = [];

    /// <summary>Begins the files.</summary>
    /// <param name="layout">Their columns.</param>
    /// <param name="streams">By the names of <see cref="FileNames"/>, in their order.</param>
    public RoundOutputs(RoundLayout layout, IReadOnlyList<Stream> streams)
    {
        Layout = layout;
        for (var split = 0; split < _splits.Length; split++)
        {
            var columns = layout.OfSplit(labels: split < 2);
            var name = RoundSplits.Names[split];
            _splits[split].Add(new CsvOutput($"{name}.csv", name, columns, streams[2 * split], hasLabels: split < 2));
            _splits[split].Add(new ParquetOutput($"{name}.parquet", name, columns, streams[(2 * split) + 1], layout, ParquetContent.Bars | (split < 2 ? ParquetContent.Labels : 0)));
            _all.AddRange(_splits[split]);
        }

        _features = new ParquetOutput("features.parquet", "features", layout.OfFeatures(), streams[^1], layout, ParquetContent.Split);
        _all.Add(_features);
    }

    /// <summary>The names of the files, in the order of a manifest.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [.. RoundSplits.Names.SelectMany(n => new[] { $"{n}.csv", $"{n}.parquet" }), "features.parquet"];

    public RoundLayout Layout { get; }

    /// <summary>How many rows stand in each split so far.</summary>
    public IReadOnlyList<long> SplitRows => [.. _splits.Select(files => files[0].Rows)];

    /// <summary>Writes rows.</summary>
    /// <param name="rows">Holds them.</param>
    /// <param name="start">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="split">The index of their split; null when they are in none.</param>
    public void Append(SeriesRows rows, int start, int count, int? split)
    {
        if (count == 0)
            return;
        _features.Append(rows, start, count, split is { } index ? RoundSplits.Names[index] : null);
        foreach (var file in split is { } of ? _splits[of] : [])
            file.Append(rows, start, count, null);
    }

    /// <summary>Ends the rows of a series.</summary>
    public void EndSeries()
    {
        foreach (var file in _all)
            file.EndSeries();
    }

    /// <summary>Ends the files.</summary>
    /// <returns>What the manifest tells of each, in its order.</returns>
    public IReadOnlyList<RoundFile> Finish() => [.. _all.Select(file => file.Finish())];

    public void Dispose() => _all.ForEach(file => file.Dispose());
}
