namespace TraderData.Core;

/// <summary>An instrument as its source has listed it, since the source was first asked.</summary>
/// <param name="Instrument">As it was listed last; not trading any more when it is gone from the list.</param>
/// <param name="Changes">What has become of it, oldest first; at most <see cref="MaxChanges"/>, the first and the latest.</param>
public sealed record ListedInstrument(Instrument Instrument, IReadOnlyList<InstrumentChange> Changes)
{
    /// <summary>The most changes that are kept of one instrument.</summary>
    public const int MaxChanges = 50;

    private const string Gone = "gone from the list";

    /// <summary>What a source lists now, laid over what it listed before: nothing is forgotten.</summary>
    /// <param name="before">What was known; each symbol once.</param>
    /// <param name="listed">What the source lists now, all of it; of a symbol that comes twice the last counts.</param>
    /// <param name="nowMs">When it was asked, Unix milliseconds UTC.</param>
    /// <returns>All instruments, in ordinal order of their symbols.</returns>
    public static IReadOnlyList<ListedInstrument> Merge(IEnumerable<ListedInstrument> before, IEnumerable<Instrument> listed, long nowMs)
    {
        var known = new SortedDictionary<string, ListedInstrument>(StringComparer.Ordinal);
        foreach (var instrument in before)
            known[instrument.Instrument.Symbol] = instrument;
        var now = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        foreach (var instrument in listed)
            now[instrument.Symbol] = instrument;
        foreach (var (symbol, instrument) in now)
            known[symbol] = known.TryGetValue(symbol, out var former) ? former.Become(instrument, nowMs) : new ListedInstrument(instrument, [new InstrumentChange(nowMs, First(instrument))]);
        foreach (var (symbol, former) in known.Where(k => !now.ContainsKey(k.Key)).ToArray())
            known[symbol] = former.Leave(nowMs);
        return [.. known.Values];
    }

    private static string First(Instrument instrument) => instrument.IsTrading ? "first seen, trading" : "first seen, not trading";

    private ListedInstrument Become(Instrument now, long nowMs)
    {
        var changes = new List<string>();
        if (now.IsTrading != Instrument.IsTrading)
            changes.Add(now.IsTrading ? "trading again" : "not trading any more");
        else if (Changes[^1].What == Gone)
            changes.Add("listed again, not trading");
        AddStep(changes, "tick size", Instrument.TickSize, now.TickSize);
        AddStep(changes, "lot size", Instrument.LotSize, now.LotSize);
        return changes.Count == 0 ? this with { Instrument = now } : new ListedInstrument(now, With(string.Join(", ", changes), nowMs));
    }

    private ListedInstrument Leave(long nowMs) =>
        Changes[^1].What == Gone ? this : new ListedInstrument(Instrument with { IsTrading = false }, With(Gone, nowMs));

    private static void AddStep(List<string> changes, string name, ScaledDecimal? before, ScaledDecimal? now)
    {
        if (before != now)
            changes.Add($"{name} {now?.ToString() ?? "not told"}, was {before?.ToString() ?? "not told"}");
    }

    private InstrumentChange[] With(string what, long nowMs) =>
        [Changes[0], .. Changes.Skip(Math.Max(1, Changes.Count - MaxChanges + 2)), new InstrumentChange(nowMs, what)];
}

/// <summary>A change of an instrument.</summary>
/// <param name="AtMs">When it was seen, Unix milliseconds UTC.</param>
/// <param name="What">What changed, for a person.</param>
public sealed record InstrumentChange(long AtMs, string What);
