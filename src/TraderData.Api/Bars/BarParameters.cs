namespace TraderData.Api;

/// <summary>The parameters that choose bars.</summary>
internal static class BarParameters
{
    /// <summary>The most rows of one answer.</summary>
    public const int MaxLimit = 50_000;

    private const string TimeForms = "ISO 8601 (UTC when it names no zone; write + as %2B) or Unix milliseconds";

    public static readonly Parameter Symbol = new("symbol", "The symbol, upper case, as its source spells it. A slash may be written as it is or as %2F.", "BTCUSDT")
    {
        IsRequired = true,
    };

    public static readonly Parameter Timeframe = OfTimeframe("tf");

    public static readonly Parameter Interval = OfTimeframe("interval");

    public static readonly Parameter Start = new("start", $"Only bars that open at this time or later: {TimeForms}.", "2024-01-01T00:00:00Z");

    public static readonly Parameter End = new("end", $"Only bars that open before this time: {TimeForms}.", "2024-02-01");

    public static readonly Parameter Order = new("order", "desc: newest first; asc: oldest first.", "asc") { Choices = ["desc", "asc"], Default = "desc" };

    public static readonly Parameter Cursor = new(
        "cursor",
        "Goes on behind the last row of a page: the next_cursor of its answer, with the same symbol, timeframe, start, end and order. The limit may differ.",
        Example: null);

    /// <summary>How many rows an answer has at most.</summary>
    public static Parameter Limit(int byDefault) => new("limit", "The most rows of the answer; next_cursor is there when more follow.", "1000")
    {
        Number = (1, MaxLimit, byDefault),
    };

    private static Parameter OfTimeframe(string name) => new(name, "How long a bar is.", "1h")
    {
        IsRequired = true,
        Choices = [.. Core.Timeframe.Standard.Select(t => t.ToString())],
    };
}
