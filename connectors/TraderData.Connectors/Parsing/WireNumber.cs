using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>Numbers read from JSON by their digits, whether they stand bare or in quotes. The JSON must be one contiguous span.</summary>
public static class WireNumber
{
    // Far more than the longest number that could be held with every character of it escaped.
    private const int MaxEscapedLength = 256;

    /// <summary>Reads the current token as an exact decimal.</summary>
    /// <returns><see cref="DecimalParse.Malformed"/> also for a token that is neither a number nor a string.</returns>
    public static DecimalParse ReadDecimal(ref Utf8JsonReader json, out ScaledDecimal value)
    {
        value = default;
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number))
            return DecimalParse.Malformed;
        return json.ValueIsEscaped ? ReadEscaped(ref json, out value) : Utf8Decimal.Parse(json.ValueSpan, out value);
    }

    /// <summary>Reads the current token as a whole number.</summary>
    /// <returns>False when it is none, or passes 64 bits.</returns>
    public static bool TryReadInteger(ref Utf8JsonReader json, out long value)
    {
        value = 0;
        return json.TokenType == JsonTokenType.Number && json.TryGetInt64(out value);
    }

    private static DecimalParse ReadEscaped(ref Utf8JsonReader json, out ScaledDecimal value)
    {
        value = default;
        if (json.ValueSpan.Length > MaxEscapedLength)
            return DecimalParse.Malformed;
        Span<byte> text = stackalloc byte[MaxEscapedLength];
        return Utf8Decimal.Parse(text[..json.CopyString(text)], out value);
    }
}
