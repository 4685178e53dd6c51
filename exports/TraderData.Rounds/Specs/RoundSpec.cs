using System.Globalization;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>What a round is cut from, and how. The same spec over the same bars gives the same bytes.</summary>
public sealed record RoundSpec
{
    /// <summary>The least time that <see cref="AsOfMs"/> must be ago, in milliseconds: what is being written may still get an earlier time.</summary>
    public const long SettledMs = 5_000;

    internal const int MaxSymbols = 500;
    internal const int MaxTimeframes = 8;
    internal const int MaxHorizons = 10;
    internal const int MaxHorizon = 1_000;
    internal const int MaxEmbargo = 100_000;
    internal const int MaxName = 64;
    internal const int MaxDescription = 2_000;

    /// <summary>A name for people: 1 to 64 letters, digits, dots, dashes and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>A text for people; null for none.</summary>
    public string? Description { get; init; }

    /// <summary>The symbols, each once.</summary>
    public required IReadOnlyList<RoundSymbol> Universe { get; init; }

    /// <summary>The timeframes of each, each once.</summary>
    public required IReadOnlyList<Timeframe> Timeframes { get; init; }

    /// <summary>The three parts; together they are the round's range of opening times.</summary>
    public required RoundSplits Splits { get; init; }

    /// <summary>How many bars of each series are left out in front of validation and test: at least as many as the longest feature window.</summary>
    public required int EmbargoBars { get; init; }

    /// <summary>How many bars ahead labels look, ascending.</summary>
    public required IReadOnlyList<int> Horizons { get; init; }

    /// <summary>The features, in the order of their columns.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>The bars as the store held them at that time, Unix milliseconds UTC.</summary>
    public required long AsOfMs { get; init; }

    /// <summary>When the round is offered no more, Unix milliseconds UTC; null for never.</summary>
    public long? ExpiresMs { get; init; }

    /// <summary>The range of opening times.</summary>
    public TimeRange Range => new(Splits.Train.StartMs, Splits.Test.EndMs);

    /// <summary>How many bars are left out behind train and validation: as many as the longest label looks ahead.</summary>
    public int PurgeBars => Horizons[^1];

    /// <summary>The series, in the order of the files: source, symbol, then the shortest timeframe first.</summary>
    public IReadOnlyList<Series> Series =>
    [
        .. Universe.OrderBy(s => s.Source, StringComparer.Ordinal).ThenBy(s => s.Symbol, StringComparer.Ordinal)
            .SelectMany(s => Timeframes.OrderBy(t => t.DurationMs).Select(t => new Series(s.Source, s.Symbol, t))),
    ];

    /// <summary>Everything that is wrong, each with its value and what would be right; empty when nothing is.</summary>
    /// <param name="nowMs">The time, Unix milliseconds UTC.</param>
    internal IReadOnlyList<string> FindFaults(long nowMs) => [.. NameFaults(), .. UniverseFaults(), .. LabelFaults(), .. TimeFaults(nowMs)];

    private IEnumerable<string> NameFaults()
    {
        if (Name.Length is < 1 or > MaxName || !Name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            yield return $"name must be 1 to {MaxName} of a-z, A-Z, 0-9, . - and _, was '{Shown.Of(Name)}'";
        if (Description is { } text && (text.Length > MaxDescription || text.Any(c => char.IsControl(c) && c != '\n')))
            yield return $"description must be at most {MaxDescription} characters without control characters, was '{Shown.Of(text)}'";
    }

    private IEnumerable<string> UniverseFaults()
    {
        if (Universe.Count is < 1 or > MaxSymbols)
            yield return $"universe must have 1 to {MaxSymbols} symbols, has {Universe.Count}";
        foreach (var twice in Universe.GroupBy(s => s).Where(g => g.Count() > 1))
            yield return $"universe has {twice.Key} {twice.Count()} times; once is enough";
        if (Timeframes.Count is < 1 or > MaxTimeframes)
            yield return $"timeframes must be 1 to {MaxTimeframes}, are {Timeframes.Count}";
        foreach (var twice in Timeframes.GroupBy(t => t).Where(g => g.Count() > 1))
            yield return $"timeframes has {twice.Key} {twice.Count()} times; once is enough";
    }

    private IEnumerable<string> LabelFaults()
    {
        if (Horizons.Count is < 1 or > MaxHorizons)
            yield return $"horizons must be 1 to {MaxHorizons} numbers of bars, are {Horizons.Count}";
        if (Horizons.Any(h => h is < 1 or > MaxHorizon) || Horizons.Zip(Horizons.Skip(1), (a, b) => a >= b).Any(wrong => wrong))
            yield return $"horizons must rise within 1 to {MaxHorizon} bars, were {string.Join(", ", Horizons)}";
        foreach (var unknown in Features.Where(f => FeatureSet.All.All(known => known.Name != f)))
            yield return $"features must be of {string.Join(", ", FeatureSet.All.Select(f => f.Name))}; was '{Shown.Of(unknown)}'";
        foreach (var twice in Features.GroupBy(f => f).Where(g => g.Count() > 1))
            yield return $"features has {Shown.Of(twice.Key)} {twice.Count()} times; once is enough";
        var window = FeatureSet.LongestWindow(Features.ToHashSet(StringComparer.Ordinal));
        if (EmbargoBars < window || EmbargoBars > MaxEmbargo)
            yield return $"embargo_bars must be {window} (the longest feature window) to {MaxEmbargo}, was {EmbargoBars}";
    }

    private IEnumerable<string> TimeFaults(long nowMs)
    {
        if (AsOfMs > nowMs - SettledMs)
            yield return $"as_of must be {SettledMs / 1_000} s ago or earlier, was {TimeText.Iso(AsOfMs)}; now it is {TimeText.Iso(nowMs)}";
        if (Range.EndMs > AsOfMs)
            yield return $"end must not be behind as_of ({TimeText.Iso(AsOfMs)}), was {TimeText.Iso(Range.EndMs)}";
        if (ExpiresMs is { } expires && expires <= AsOfMs)
            yield return $"expires_at must be behind as_of ({TimeText.Iso(AsOfMs)}), was {TimeText.Iso(expires)}";
        if (Timeframes.Count == 0 || Horizons.Count == 0)
            yield break;
        var longest = Timeframes.MaxBy(t => t.DurationMs);
        foreach (var (name, range, index) in RoundSplits.Names.Zip(Splits.Ranges, Enumerable.Range(0, 3)))
        {
            var (leftOut, bars) = ((index > 0 ? EmbargoBars : 0) + (index < 2 ? (long)PurgeBars : 0), longest.CountIn(range));
            if (bars <= leftOut)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name} ({range}) holds {bars} bars of {longest}, of which embargo and labels leave out {leftOut}: lengthen the range, or lessen embargo_bars, horizons or timeframes");
            }
        }
    }
}

/// <summary>A spec is wrong. The message names every fault, a line each.</summary>
public sealed class RoundSpecException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    /// <summary>What is wrong.</summary>
    public IReadOnlyList<string> Faults { get; } = faults;
}
