namespace TraderData.Api;

/// <summary>The parameters that choose bars, and how they are written.</summary>
internal static class BarParameters
{
    /// <summary>The most rows of one answer.</summary>
    public const int MaxLimit = 50_000;

    /// <summary>The most symbols of one answer.</summary>
    public const int MaxSymbols = 50;

    private const string TimeForms = "ISO 8601 (UTC when it names no zone; write + as %2B) or Unix milliseconds";

    public static readonly Parameter Symbol = new("symbol", "The symbol, upper case, as its source spells it. A slash may be written as it is or as %2F.", "BTCUSDT")
    {
        IsRequired = true,
    };

    public static readonly Parameter SymbolOrSymbols = Symbol with { Description = Symbol.Description + " Either this or symbols must be there.", IsRequired = false };

    public static readonly Parameter Symbols = new(
        "symbols", $"Several symbols, parted by commas, {MaxSymbols} at most, instead of symbol: the rows of one after the other. The limit is for each.", Example: null);

    public static readonly Parameter Timeframe = OfTimeframe("tf");

    public static readonly Parameter HeldTimeframe = Timeframe with { Description = "How long a bar is. Only what is held has revisions." };

    public static readonly Parameter Interval = OfTimeframe("interval");

    public static readonly Parameter Start = new("start", $"Only bars that open at this time or later: {TimeForms}.", "2024-01-01T00:00:00Z");

    public static readonly Parameter End = new("end", $"Only bars that open before this time: {TimeForms}.", "2024-02-01");

    public static readonly Parameter Order = new("order", "desc: newest first; asc: oldest first.", "asc") { Choices = ["desc", "asc"], Default = "desc" };

    public static readonly Parameter AsOf = new(
        "as_of", $"The bars as they were held at this time, which is not in the future: {TimeForms}. Without it, as they are now.", "2024-02-01T12:00:00Z");

    public static readonly Parameter Complete = new(
        "complete", "true: of bars that are made of finer ones, leave out those that lack some. Nothing changes for a timeframe that is held.", "true")
    {
        Choices = ["true", "false"],
        Default = "false",
    };

    public static readonly Parameter IncludeProvisional = new(
        "include_provisional",
        "true: the newest bars that may still change stand with the final ones, and each row says in the field provisional whether it is one. Not as Parquet, and not with as_of.",
        "false")
    {
        Choices = ["true", "false"],
        Default = "false",
    };

    public static readonly Parameter StreamProvisional = IncludeProvisional with
    {
        Description = "true: the newest bars that may still change are sent as well, as events of the type provisional without an id, at most once a second.",
    };

    public static readonly Parameter Format = new("format", "How the answer is written; goes before the Accept header.", "json") { Choices = AnswerFormats.Names };

    public static readonly Parameter Cursor = new(
        "cursor",
        "Goes on behind the last row of a page: the next_cursor of its answer, with the same symbol, timeframe, start, end, order, as_of and complete. "
        + "The limit, the fields and the format may differ.",
        Example: null);

    /// <summary>How many rows an answer has at most.</summary>
    public static Parameter Limit(int byDefault) => new("limit", "The most rows of the answer; next_cursor is there when more follow.", "1000")
    {
        Number = (1, MaxLimit, byDefault),
    };

    /// <summary>Which fields a row has.</summary>
    public static Parameter Fields(IReadOnlyList<BarField> known) =>
        new("fields", $"What stands in a row, in this order: a comma list of {string.Join(", ", known.Select(f => f.Name))}.", $"{known.First(f => f.Column == BarColumn.Time).Name},close");

    private static Parameter OfTimeframe(string name) => new(
        name,
        $"How long a bar is: one of {string.Join(' ', Core.Timeframe.Standard)}, or another number of m, h, d or w up to 366 days, in its shortest spelling. What is not held is made of "
        + "the coarsest held timeframe that divides it.",
        "1h")
    {
        IsRequired = true,
    };
}
