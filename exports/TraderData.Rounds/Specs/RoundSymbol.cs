using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>A symbol of a round's universe. Written <c>binance:BTCUSDT</c>.</summary>
/// <param name="Source">Where its bars come from, lower case.</param>
/// <param name="Symbol">The source's own symbol, upper case.</param>
public readonly record struct RoundSymbol(string Source, string Symbol)
{
    /// <summary><c>binance:BTCUSDT</c>.</summary>
    public override string ToString() => $"{Source}:{Symbol}";

    /// <summary>Reads one.</summary>
    /// <returns>What is wrong, with the value; null when nothing is.</returns>
    internal static string? Parse(string text, out RoundSymbol symbol)
    {
        symbol = default;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
            return $"a symbol of the universe must be source:SYMBOL (binance:BTCUSDT), was '{Shown.Of(text)}'";
        symbol = new RoundSymbol(text[..colon], text[(colon + 1)..]);
        return Series.CheckSource(symbol.Source) ?? Series.CheckSymbol(symbol.Symbol);
    }
}
