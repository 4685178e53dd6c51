using System.Buffers;
using System.Globalization;
using System.Text;

namespace TraderData.Storage;

/// <summary>
/// Symbols as parts of paths: everything but A–Z, 0–9, dot, underscore and hyphen is percent-encoded, as UTF-8 bytes with upper-case digits.
/// <c>BTC/USD</c> is <c>BTC%2FUSD</c>. Readers of Hive-style folders (DuckDB, Spark) turn it back.
/// </summary>
internal static class SymbolText
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    /// <summary>Encodes a symbol.</summary>
    public static string Encode(string symbol)
    {
        if (!symbol.AsSpan().ContainsAnyExcept(Plain))
            return symbol;
        var text = new StringBuilder(symbol.Length * 3);
        foreach (var value in Encoding.UTF8.GetBytes(symbol))
        {
            if (Plain.Contains((char)value))
                text.Append((char)value);
            else
                text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }

        return text.ToString();
    }

    /// <summary>Decodes what <see cref="Encode"/> made; null for any other text.</summary>
    public static string? TryDecode(string text)
    {
        var symbol = Uri.UnescapeDataString(text);
        return Encode(symbol) == text ? symbol : null;
    }
}
