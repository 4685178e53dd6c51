using System.Buffers;

namespace TraderData.Core;

/// <summary>The name of a series of bars: where they come from, of what, how long each is. Written <c>binance:BTCUSDT:1h</c>.</summary>
public sealed record Series
{
    /// <summary>The longest symbol, in characters: twice the longest that an exchange has listed.</summary>
    public const int MaxSymbolLength = 40;

    private static readonly SearchValues<char> SourceLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    /// <summary>Names a series.</summary>
    /// <exception cref="ArgumentException">The source or the symbol is not a valid name; see <see cref="CheckSource"/> and <see cref="CheckSymbol"/>.</exception>
    public Series(string source, string symbol, Timeframe timeframe)
    {
        if (CheckSource(source) is { } badSource)
            throw new ArgumentException(badSource);
        if (CheckSymbol(symbol) is { } badSymbol)
            throw new ArgumentException(badSymbol);
        (Source, Symbol, Timeframe) = (source, symbol, timeframe);
    }

    /// <summary>Where the bars come from, lower case: <c>binance</c>, <c>alpaca</c>, <c>import</c>.</summary>
    public string Source { get; }

    /// <summary>The source's own symbol, upper case: <c>BTCUSDT</c>, <c>BTC/USD</c>; not only ASCII.</summary>
    public string Symbol { get; }

    /// <summary>How long each bar is.</summary>
    public Timeframe Timeframe { get; }

    /// <summary>Tells what is wrong with a source's name: 1 to 20 of a–z, 0–9, _ and -.</summary>
    /// <returns>A message with the value; null when nothing is wrong.</returns>
    public static string? CheckSource(string? source) =>
        source is { Length: >= 1 and <= 20 } && !source.AsSpan().ContainsAnyExcept(SourceLetters)
            ? null
            : $"source must be 1 to 20 of a-z, 0-9, _ and -, was '{Shown(source ?? "")}'";

    /// <summary>
    /// Tells what is wrong with a symbol: 1 to 40 letters and digits of any script, in upper case, with <c>. / - _ : =</c> between them,
    /// beginning with a letter or digit.
    /// </summary>
    /// <returns>A message with the value; null when nothing is wrong.</returns>
    public static string? CheckSymbol(string? symbol)
    {
        symbol ??= "";
        if (symbol.Length is < 1 or > MaxSymbolLength)
            return $"symbol must have 1 to {MaxSymbolLength} characters, was '{Shown(symbol)}'";
        if (!char.IsLetterOrDigit(symbol[0]) || !symbol.All(c => char.IsLetterOrDigit(c) || c is '.' or '/' or '-' or '_' or ':' or '='))
            return $"symbol must be letters and digits, with . / - _ : = between them, was '{Shown(symbol)}'";
        return symbol.Any(c => char.ToUpperInvariant(c) != c)
            ? $"symbol must be upper case, was '{symbol}'"
            : null;
    }

    /// <summary><c>binance:BTCUSDT:1h</c>.</summary>
    public override string ToString() => $"{Source}:{Symbol}:{Timeframe}";

    private static string Shown(string text)
    {
        var clean = string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
        return clean.Length <= 60 ? clean : clean[..60] + "…";
    }
}
