using System.CommandLine;
using System.CommandLine.Parsing;
using TraderData.Core;

namespace TraderData.Cli;

/// <summary>Options that several commands share. Each reads its text once and says what would have been right.</summary>
internal static class Options
{
    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Data() => new("--data") { Description = "The data folder (TRADER_DATA_DIR, default ./data)", HelpName = "DIR" };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "Print JSON for scripts" };

    /// <summary><c>--symbol S</c>, required.</summary>
    public static Option<string> Symbol() => Required("--symbol", "S", "The symbol, upper case: BTCUSDT, BTC/USD, SPY", text =>
        Series.CheckSymbol(text) is { } wrong ? throw new FormatException(wrong) : text);

    /// <summary><c>--symbols A,B</c>, required.</summary>
    public static Option<string[]> Symbols() => Required("--symbols", "A,B", "Symbols, upper case, with commas between them", text =>
    {
        var symbols = text.Split(',', StringSplitOptions.TrimEntries);
        foreach (var symbol in symbols)
        {
            if (Series.CheckSymbol(symbol) is { } wrong)
                throw new FormatException(wrong);
        }

        return symbols.Distinct().ToArray();
    });

    /// <summary><c>--timeframe 1m</c>, required.</summary>
    public static Option<Timeframe> TimeframeOf() => Required("--timeframe", "1m", $"How long a bar is: {string.Join(' ', Timeframe.Standard)}", text =>
        Timeframe.TryParse(text, out var timeframe) && timeframe.IsStandard
            ? timeframe
            : throw new FormatException($"timeframe must be one of {string.Join(' ', Timeframe.Standard)}, was '{text}'"));

    /// <summary><c>--timeframe 7m</c>, required: any that can be read, be it made of a finer one.</summary>
    public static Option<Timeframe> AnyTimeframe() => Required(
        "--timeframe", "1m", "How long a bar is: 1m, 7m, 2h, 3d, 1w; made of finer bars when it is not held", Timeframe.Parse);

    /// <summary><c>--as-of T</c>: the bars as they were held then; null for as they are.</summary>
    public static Option<long?> AsOf() => Optional<long?>("--as-of", "T", "The bars as they were held at that time", text =>
    {
        var timeMs = ReadTime("--as-of", text);
        var nowMs = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return timeMs <= nowMs
            ? timeMs
            : throw new FormatException($"--as-of must not be in the future, was {TimeText.Iso(timeMs)}; now it is {TimeText.Iso(nowMs)}");
    });

    /// <summary><c>--start T</c> or <c>--end T</c>, required.</summary>
    public static Option<long> Time(string name, string description) => Required(name, "T", description, text => ReadTime(name, text));

    /// <summary><c>--start T</c> or <c>--end T</c>; null when it is left out.</summary>
    public static Option<long?> OptionalTime(string name, string description) => Optional<long?>(name, "T", description, text => ReadTime(name, text));

    /// <summary>The range of <c>--start</c> and <c>--end</c>.</summary>
    /// <exception cref="MisuseException">The start is not before the end.</exception>
    public static TimeRange Range(ParseResult parsed, Option<long> start, Option<long> end) => Range(parsed.GetValue(start), parsed.GetValue(end));

    /// <summary>The range of a start and an end, of which either may be left open.</summary>
    /// <exception cref="MisuseException">The start is not before the end.</exception>
    public static TimeRange Range(long? start, long? end)
    {
        var (startMs, endMs) = (start ?? TimeRange.All.StartMs, end ?? TimeRange.All.EndMs);
        return startMs < endMs
            ? new TimeRange(startMs, endMs)
            : throw new MisuseException($"--start must be before --end, was {TimeText.Iso(startMs)} and {TimeText.Iso(endMs)}");
    }

    /// <summary>An option of few words.</summary>
    public static Option<string> OneOf(string name, string description, string fallback, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => fallback };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static Option<T> Required<T>(string name, string helpName, string description, Func<string, T> parse)
    {
        var option = Optional(name, helpName, description, parse);
        option.Required = true;
        return option;
    }

    private static Option<T> Optional<T>(string name, string helpName, string description, Func<string, T> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Parse(result, parse),
    };

    private static long ReadTime(string name, string text) => TimeText.TryParse(text, out var timeMs)
        ? timeMs
        : throw new FormatException($"{name} must be a time such as 2024-01-31, 2024-01-31T10:00:00Z or Unix milliseconds, was '{text}'");

    private static T? Parse<T>(ArgumentResult result, Func<string, T> parse)
    {
        try
        {
            return parse(result.Tokens[0].Value);
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }
}
