using System.IO.Enumeration;
using TraderData.Core;

namespace TraderData.Jobs;

/// <summary>A symbol, or a text with <c>*</c> in it, each of which stands for any characters or none: <c>BTCUSDT</c>, <c>*USDT</c>, <c>*</c>.</summary>
/// <param name="Text">The text.</param>
public readonly record struct SymbolPattern(string Text)
{
    /// <summary>True for a symbol.</summary>
    public bool IsExact => !Text.Contains('*', StringComparison.Ordinal);

    /// <summary>Tells what is wrong with a pattern.</summary>
    /// <returns>A message with the value; null when nothing is wrong.</returns>
    public static string? Check(string text)
    {
        var letters = text.Replace("*", "", StringComparison.Ordinal);
        // What stands behind a star may begin with any character of a symbol.
        return letters.Length == 0 && text.Length > 0 ? null : Series.CheckSymbol(letters.Length == text.Length ? text : $"A{letters}");
    }

    /// <summary>True for a symbol that it stands for.</summary>
    public bool Matches(string symbol) => FileSystemName.MatchesSimpleExpression(Text, symbol, ignoreCase: false);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
