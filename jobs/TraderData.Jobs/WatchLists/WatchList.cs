using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>The series that are kept up to date. Immutable.</summary>
public sealed class WatchList
{
    /// <summary>No series.</summary>
    public static readonly WatchList Empty = new([]);

    private WatchList(IReadOnlyList<Series> series) => Series = series;

    /// <summary>Every series once, in the order of the entries.</summary>
    public IReadOnlyList<Series> Series { get; }

    /// <summary>The pairs of source and timeframe that it has, each once.</summary>
    public IEnumerable<(string Source, Timeframe Timeframe)> Keys => Series.Select(s => (s.Source, s.Timeframe)).Distinct();

    /// <summary>The series of one source and timeframe.</summary>
    public IReadOnlyList<Series> Of(string source, Timeframe timeframe) =>
        [.. Series.Where(s => s.Source == source && s.Timeframe == timeframe)];

    /// <summary>Reads entries such as <c>binance:BTCUSDT@1m,1h,1d</c>: a source, a symbol and one or more standard timeframes.</summary>
    /// <param name="entries">The entries.</param>
    /// <param name="errors">Everything that is wrong, one message with the entry for each; empty when nothing is.</param>
    /// <returns>The list of all that is right.</returns>
    public static WatchList Parse(IEnumerable<string> entries, out IReadOnlyList<string> errors)
    {
        var (series, faults) = (new List<Series>(), new List<string>());
        foreach (var entry in entries)
            ParseEntry(entry ?? "", series, faults);
        foreach (var symbol in series.GroupBy(s => s.Symbol, StringComparer.Ordinal).Where(g => g.Select(s => s.Source).Distinct().Skip(1).Any()))
            faults.Add($"watch list: a symbol belongs to one source, but {symbol.Key} stands there for {string.Join(" and ", symbol.Select(s => s.Source).Distinct())}");
        errors = faults;
        return new WatchList([.. series.Distinct()]);
    }

    /// <summary>Tells which series no source of this process serves.</summary>
    /// <returns>One message for each pair of source and timeframe that is not served; empty when all are.</returns>
    public IEnumerable<string> Check(IEnumerable<IMarketDataSource> sources)
    {
        var list = new SourceList(sources);
        foreach (var (name, timeframe) in Keys)
        {
            if (list.Find(name) is not { } source)
                yield return $"watch list: {list.Unknown(name)}";
            else if (!source.Timeframes.Contains(timeframe))
                yield return $"watch list: timeframe of {name} must be one of {string.Join(' ', source.Timeframes)}, was '{timeframe}'";
        }
    }

    private static void ParseEntry(string entry, List<Series> series, List<string> faults)
    {
        var (colon, at) = (entry.IndexOf(':', StringComparison.Ordinal), entry.LastIndexOf('@'));
        if (colon < 0 || at < colon)
        {
            faults.Add($"watch list: an entry must be like binance:BTCUSDT@1m,1h, was '{entry}'");
            return;
        }

        var (source, symbol) = (entry[..colon].Trim(), entry[(colon + 1)..at].Trim());
        var names = new[] { Core.Series.CheckSource(source), Core.Series.CheckSymbol(symbol) }.OfType<string>().ToArray();
        faults.AddRange(names.Select(fault => $"watch list: {fault} in '{entry}'"));
        foreach (var text in entry[(at + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Timeframe.TryParse(text, out var timeframe) || !timeframe.IsStandard)
                faults.Add($"watch list: timeframe must be one of {string.Join(' ', Timeframe.Standard)}, was '{text}' in '{entry}'");
            else if (names.Length == 0)
                series.Add(new Series(source, symbol, timeframe));
        }
    }
}
