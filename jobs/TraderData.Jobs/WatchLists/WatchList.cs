using TraderData.Connectors;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>What is kept up to date: series, and patterns that stand for the series of all that a source trades. Immutable.</summary>
public sealed class WatchList
{
    private WatchList(IReadOnlyList<WatchEntry> entries) => Entries = entries;

    /// <summary>Every entry once, in the order given.</summary>
    public IReadOnlyList<WatchEntry> Entries { get; }

    /// <summary>The pairs of source and timeframe that it has, each once.</summary>
    public IEnumerable<(string Source, Timeframe Timeframe)> Keys => Entries.Select(e => (e.Source, e.Timeframe)).Distinct();

    /// <summary>
    /// The series of a source and timeframe that can be told without asking the source: symbols that are named, and those held that a pattern stands for.
    /// </summary>
    /// <param name="source">The source's name.</param>
    /// <param name="timeframe">The timeframe.</param>
    /// <param name="held">What the store holds.</param>
    internal IReadOnlyList<Series> Known(string source, Timeframe timeframe, IEnumerable<SeriesInfo> held)
    {
        var entries = Entries.Where(e => e.Source == source && e.Timeframe == timeframe).Select(e => e.Symbols).ToArray();
        var named = entries.Where(s => s.IsExact).Select(s => new Series(source, s.Text, timeframe));
        var matched = held.Select(info => info.Series).Where(s => s.Source == source && s.Timeframe == timeframe && Array.Exists(entries, e => e.Matches(s.Symbol)));
        return [.. named.Concat(matched).Distinct()];
    }

    /// <summary>
    /// Reads entries such as <c>binance:BTCUSDT@1m,1h,1d</c>, <c>binance:*USDT@1m</c> or <c>alpaca:SPY,QQQ@1d</c>: a source, one or more symbols or patterns, and
    /// one or more standard timeframes.
    /// </summary>
    /// <param name="entries">The entries.</param>
    /// <param name="errors">Everything that is wrong, one message with the entry for each; empty when nothing is.</param>
    /// <returns>The list of all that is right.</returns>
    public static WatchList Parse(IEnumerable<string> entries, out IReadOnlyList<string> errors)
    {
        var (read, faults) = (new List<WatchEntry>(), new List<string>());
        foreach (var entry in entries)
            ParseEntry(entry ?? "", read, faults);
        var symbols = read.Where(e => e.Symbols.IsExact).GroupBy(e => e.Symbols.Text, StringComparer.Ordinal);
        foreach (var symbol in symbols.Where(g => g.Select(e => e.Source).Distinct().Skip(1).Any()))
            faults.Add($"watch list: a symbol belongs to one source, but {symbol.Key} stands there for {string.Join(" and ", symbol.Select(e => e.Source).Distinct())}");
        errors = faults;
        return new WatchList([.. read.Distinct()]);
    }

    /// <summary>Tells which entries no source of this process serves.</summary>
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

    private static void ParseEntry(string entry, List<WatchEntry> read, List<string> faults)
    {
        var (colon, at) = (entry.IndexOf(':', StringComparison.Ordinal), entry.LastIndexOf('@'));
        if (colon < 0 || at < colon)
        {
            faults.Add($"watch list: an entry must be like binance:BTCUSDT@1m,1h or binance:*USDT@1m, was '{entry}'");
            return;
        }

        var source = entry[..colon].Trim();
        var symbols = entry[(colon + 1)..at].Split(',', StringSplitOptions.TrimEntries);
        string[] names = [.. symbols.Select(SymbolPattern.Check).Prepend(Series.CheckSource(source)).OfType<string>()];
        faults.AddRange(names.Select(fault => $"watch list: {fault} in '{entry}'"));
        var timeframes = new List<Timeframe>();
        foreach (var text in entry[(at + 1)..].Split(',', StringSplitOptions.TrimEntries))
        {
            if (Timeframe.TryParse(text, out var timeframe) && timeframe.IsStandard)
                timeframes.Add(timeframe);
            else
                faults.Add($"watch list: timeframe must be one of {string.Join(' ', Timeframe.Standard)}, was '{text}' in '{entry}'");
        }

        if (names.Length == 0)
            read.AddRange(symbols.SelectMany(symbol => timeframes.Select(timeframe => new WatchEntry(source, new SymbolPattern(symbol), timeframe))));
    }
}
