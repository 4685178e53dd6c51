using TraderData.Core;

namespace TraderData.Storage;

/// <summary>Where things stand in the lake: <c>ohlcv/source=binance/symbol=BTCUSDT/timeframe=1m/2026-11.parquet</c>.</summary>
internal static class LakePath
{
    /// <summary>The folder of all bars.</summary>
    public const string Root = "ohlcv/";

    /// <summary>The file beside a series' partitions that says what is known of the series.</summary>
    public const string SidecarFile = "_series.json";

    private const string PartitionEnding = ".parquet";

    // Not .parquet: readers of the whole lake must not take former values for bars.
    private const string RevisionsEnding = ".revisions";

    /// <summary>The folder of a series.</summary>
    public static string Folder(Series series) => $"{SymbolFolder(series.Source, series.Symbol)}timeframe={series.Timeframe}/";

    /// <summary>The folder of a symbol.</summary>
    public static string SymbolFolder(string source, string symbol) => $"{Root}source={source}/symbol={SymbolText.Encode(symbol)}/";

    /// <summary>The blob of a series' sidecar.</summary>
    public static string Sidecar(Series series) => Folder(series) + SidecarFile;

    /// <summary>The blob of a partition.</summary>
    public static string Blob(Series series, Partition partition) => Folder(series) + partition.Name + PartitionEnding;

    /// <summary>The blob of the former values of a partition's bars.</summary>
    public static string Revisions(Series series, Partition partition) => Folder(series) + partition.Name + RevisionsEnding;

    /// <summary>The source of a folder <c>ohlcv/source=…/</c>; null when it is none.</summary>
    public static string? SourceOf(string folder) =>
        ValueOf(folder[Root.Length..].TrimEnd('/'), "source=") is { } source && Series.CheckSource(source) is null ? source : null;

    /// <summary>Takes the name of a blob below <see cref="Root"/> apart.</summary>
    /// <returns>False for a file that is not the lake's own.</returns>
    public static bool TryParse(string blob, out Series series, out string file)
    {
        (series, file) = (null!, "");
        var parts = blob.Split('/');
        if (parts.Length != 5 || parts[0] + '/' != Root)
            return false;
        if (ValueOf(parts[1], "source=") is not { } source || ValueOf(parts[2], "symbol=") is not { } encoded)
            return false;
        if (SymbolText.TryDecode(encoded) is not { } symbol)
            return false;
        if (!Timeframe.TryParse(ValueOf(parts[3], "timeframe="), out var timeframe) || $"timeframe={timeframe}" != parts[3] || !timeframe.IsStandard)
            return false;
        if (Series.CheckSource(source) is not null || Series.CheckSymbol(symbol) is not null)
            return false;
        (series, file) = (new Series(source, symbol, timeframe), parts[4]);
        return true;
    }

    /// <summary>The partition that a file of a series holds; null when the file is none.</summary>
    public static Partition? PartitionOf(Timeframe timeframe, string file) =>
        file.EndsWith(PartitionEnding, StringComparison.Ordinal) ? Partition.TryParse(timeframe, file[..^PartitionEnding.Length]) : null;

    /// <summary>The partition whose former values a file of a series holds; null when the file is none.</summary>
    public static Partition? RevisionsOf(Timeframe timeframe, string file) =>
        file.EndsWith(RevisionsEnding, StringComparison.Ordinal) ? Partition.TryParse(timeframe, file[..^RevisionsEnding.Length]) : null;

    private static string? ValueOf(string part, string key) => part.StartsWith(key, StringComparison.Ordinal) ? part[key.Length..] : null;
}
