using System.Text;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>Reads the JSON of one message, and refuses what cannot be believed with the message's text. Nothing is allocated for a good one.</summary>
internal ref struct WireMessage
{
    private const int MaxShownBytes = 1_000;

    private readonly string _where;
    private readonly ReadOnlySpan<byte> _utf8;
    private Utf8JsonReader _json;

    /// <summary>Stands before the first token.</summary>
    /// <param name="where">What the message is, for exceptions: <c>binance stream message</c>.</param>
    /// <param name="utf8">The message.</param>
    public WireMessage(string where, ReadOnlySpan<byte> utf8)
    {
        _where = where;
        _utf8 = utf8;
        _json = new Utf8JsonReader(utf8);
    }

    /// <summary>What the current token is.</summary>
    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>The bytes of the current string or number, as they stand in the message.</summary>
    public readonly ReadOnlySpan<byte> Raw => _json.ValueSpan;

    /// <summary>Moves to the next token.</summary>
    public bool Read() => _json.Read();

    /// <summary>Passes over a value, or the value of the current property.</summary>
    public void Skip() => _json.Skip();

    /// <summary>True when the current property or string has this text.</summary>
    public readonly bool Is(ReadOnlySpan<byte> text) => _json.ValueTextEquals(text);

    /// <summary>Moves into the value of the current property, which must be an object.</summary>
    public void Enter(string name)
    {
        if (!Read() || Token != JsonTokenType.StartObject)
            throw Refuse($"{name} that is {Token}", "an object");
    }

    /// <summary>Moves on, and reads a whole number.</summary>
    public long ReadInteger(string name)
    {
        Read();
        return WireNumber.TryReadInteger(ref _json, out var value) ? value : throw Refuse($"{name} {Shown()}", "a whole number of 64 bits");
    }

    /// <summary>Moves on, and reads an exact decimal, bare or in quotes.</summary>
    public ScaledDecimal ReadDecimal(string name)
    {
        Read();
        var parse = WireNumber.ReadDecimal(ref _json, out var value);
        return parse == DecimalParse.Ok ? value : throw Refuse(
            $"{name} {Shown()}", parse == DecimalParse.TooManyDigits ? $"at most {ScaledDecimal.MaxScale} digits" : "a decimal number");
    }

    /// <summary>Moves on, and reads true or false.</summary>
    public bool ReadBoolean(string name)
    {
        Read();
        return Token is JsonTokenType.True or JsonTokenType.False ? Token == JsonTokenType.True : throw Refuse($"{name} {Shown()}", "true or false");
    }

    /// <summary>Moves on, and reads RFC 3339, no finer than a millisecond, as Unix milliseconds UTC.</summary>
    public long ReadTime(string name)
    {
        Read();
        return Token == JsonTokenType.String && WireTime.TryRead(ref _json, out var timeMs)
            ? timeMs
            : throw Refuse($"{name} {Shown()}", "a time like 2024-01-31T10:00:00Z, in whole milliseconds");
    }

    /// <summary>Moves on, and reads a string.</summary>
    public string ReadText(string name)
    {
        Read();
        return Token == JsonTokenType.String ? _json.GetString()! : throw Refuse($"{name} {Shown()}", "a string");
    }

    /// <summary>Moves on, and reads a string as the name of a series; null when it is that of none.</summary>
    public Series? ReadSeries(string name, SeriesNames names)
    {
        Read();
        if (Token != JsonTokenType.String)
            throw Refuse($"{name} {Shown()}", "a string");
        return _json.ValueIsEscaped ? names.Find(Encoding.UTF8.GetBytes(_json.GetString()!)) : names.Find(_json.ValueSpan);
    }

    /// <summary>Requires that a bar meets the rules.</summary>
    public readonly void Require(Series series, in Bar bar)
    {
        if (BarRules.FindViolation(bar, series.Timeframe) is { } violation)
            throw Refuse($"{series}: {violation.Found}", violation.Expected);
    }

    /// <summary>The exception for the message.</summary>
    public readonly BadDataException Refuse(string found, string expected, Exception? inner = null) =>
        new(_where, found, expected, Encoding.UTF8.GetString(_utf8[..Math.Min(_utf8.Length, MaxShownBytes)]), inner);

    /// <summary>The exception for a message that is not JSON.</summary>
    public readonly BadDataException RefuseJson(Exception e) => Refuse($"malformed JSON at byte {_json.BytesConsumed} of {_utf8.Length}", "whole JSON", e);

    private readonly string Shown() => Token is JsonTokenType.String or JsonTokenType.Number
        ? $"'{Encoding.UTF8.GetString(_json.ValueSpan[..Math.Min(_json.ValueSpan.Length, 60)])}'"
        : Token.ToString();
}
