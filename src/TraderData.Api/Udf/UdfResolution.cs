using TraderData.Core;

namespace TraderData.Api;

/// <summary>The lengths of bars as chart libraries name them: minutes as a number, days and weeks as <c>1D</c> and <c>1W</c>.</summary>
internal static class UdfResolution
{
    private static readonly (string Name, Timeframe Timeframe)[] All =
    [
        ("1", Timeframe.M1), ("5", Timeframe.Parse("5m")), ("15", Timeframe.Parse("15m")), ("30", Timeframe.Parse("30m")),
        ("60", Timeframe.H1), ("240", Timeframe.H4), ("1D", Timeframe.D1), ("1W", Timeframe.W1),
    ];

    /// <summary>Their names, shortest first.</summary>
    public static readonly IReadOnlyList<string> Names = [.. All.Select(r => r.Name)];

    /// <summary>Reads one; <c>D</c> and <c>W</c> are the library's other spelling.</summary>
    public static bool TryParse(string text, out Timeframe timeframe)
    {
        var name = text is "D" or "W" ? "1" + text : text;
        timeframe = All.FirstOrDefault(r => r.Name == name).Timeframe;
        return timeframe != default;
    }

    /// <summary>Those that can be given of a symbol that is held at some timeframes.</summary>
    public static IEnumerable<string> Readable(IReadOnlyCollection<Timeframe> held) =>
        All.Where(r => held.Any(h => h == r.Timeframe || h.Divides(r.Timeframe))).Select(r => r.Name);

    /// <summary>True of those that are told in minutes.</summary>
    public static bool IsIntraday(string name) => char.IsAsciiDigit(name[^1]);
}
