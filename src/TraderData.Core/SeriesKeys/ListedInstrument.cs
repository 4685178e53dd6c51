namespace TraderData.Core;

/// <summary>An instrument as its source has listed it, since the source was first asked.</summary>
/// <param name="Instrument">As it was listed last; not trading any more when it is gone from the list.</param>
/// <param name="Changes">What has become of it, oldest first; at most <see cref="MaxChanges"/>, the first and the latest.</param>
public sealed record ListedInstrument(Instrument Instrument, IReadOnlyList<InstrumentChange> Changes)
{
    /// <summary>The most changes that are kept of one instrument.</summary>
    public const int MaxChanges = 50;

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
            known[symbol] = known.TryGetValue(symbol, out var former) ? former.Become(instrument, nowMs) : new ListedInstrument(instrument, [new InstrumentChange(nowMs, First(instrument), StatusOf(instrument))]);
        foreach (var (symbol, former) in known.Where(k => !now.ContainsKey(k.Key)).ToArray())
            known[symbol] = former.Leave(nowMs);
        return [.. known.Values];
    }

    private static string First(Instrument instrument) =>
        $"first seen, {(instrument.IsTrading ? "trading" : "not trading")}{(instrument.RenamedTo is null ? "" : $", {Renaming(instrument)}")}";

    private static string Renaming(Instrument instrument) => $"renamed to {instrument.RenamedTo} on {TimeText.Iso(instrument.RenamedMs ?? 0)[..10]}";

    private static InstrumentStatus StatusOf(Instrument instrument) => instrument.IsTrading ? InstrumentStatus.Trading : InstrumentStatus.NotTrading;

    private ListedInstrument Become(Instrument now, long nowMs)
    {
        var changes = new List<string>();
        if (now.IsTrading != Instrument.IsTrading)
            changes.Add(now.IsTrading ? "trading again" : "not trading any more");
        else if (Changes[^1].Status == InstrumentStatus.Gone)
            changes.Add("listed again, not trading");
        if (now.RenamedTo is not null && (now.RenamedTo, now.RenamedMs) != (Instrument.RenamedTo, Instrument.RenamedMs))
            changes.Add(Renaming(now));
        AddStep(changes, "tick size", Instrument.TickSize, now.TickSize);
        AddStep(changes, "lot size", Instrument.LotSize, now.LotSize);
        return changes.Count == 0 ? this with { Instrument = now } : new ListedInstrument(now, With(new InstrumentChange(nowMs, string.Join(", ", changes), StatusOf(now))));
    }

    private ListedInstrument Leave(long nowMs) =>
        Changes[^1].Status == InstrumentStatus.Gone
            ? this
            : new ListedInstrument(Instrument with { IsTrading = false }, With(new InstrumentChange(nowMs, "gone from the list", InstrumentStatus.Gone)));

    private static void AddStep(List<string> changes, string name, ScaledDecimal? before, ScaledDecimal? now)
    {
        if (before != now)
            changes.Add($"{name} {now?.ToString() ?? "not told"}, was {before?.ToString() ?? "not told"}");
    }

    private InstrumentChange[] With(InstrumentChange change) => [Changes[0], .. Changes.Skip(Math.Max(1, Changes.Count - MaxChanges + 2)), change];
}

/// <summary>A change of an instrument.</summary>
/// <param name="AtMs">When it was seen, Unix milliseconds UTC.</param>
/// <param name="What">What changed, for a person.</param>
/// <param name="Status">What it is since then.</param>
public sealed record InstrumentChange(long AtMs, string What, InstrumentStatus Status);

/// <summary>What a source does with an instrument.</summary>
public enum InstrumentStatus
{
    /// <summary>It is listed and traded.</summary>
    Trading,

    /// <summary>It is listed and not traded: halted, or on its way out.</summary>
    NotTrading,

    /// <summary>It is listed no more.</summary>
    Gone,
}
