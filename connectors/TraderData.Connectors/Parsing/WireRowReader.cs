using System.Text;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Connectors;

/// <summary>
/// Reads the JSON of an answer row by row, field by field, and knows the row that it is in, so that whatever cannot be believed is refused with
/// that row's number and text. The answer must be one contiguous span; nothing is allocated for a row.
/// </summary>
public ref struct WireRowReader
{
    // Enough to recognise a field by.
    private const int MaxShownLength = 60;

    private readonly ReadOnlySpan<byte> _utf8;
    private readonly BarPageBuilder _page;
    private Utf8JsonReader _json;
    private int _rowStart;

    /// <summary>Stands before the first token.</summary>
    /// <param name="utf8">The answer.</param>
    /// <param name="page">Takes the rows.</param>
    public WireRowReader(ReadOnlySpan<byte> utf8, BarPageBuilder page)
    {
        _utf8 = utf8;
        _page = page;
        _json = new Utf8JsonReader(utf8);
    }

    /// <summary>What the current token is.</summary>
    public readonly JsonTokenType Token => _json.TokenType;

    /// <summary>Moves to the next token.</summary>
    /// <returns>False behind the last one.</returns>
    /// <exception cref="JsonException">What follows is not JSON; see <see cref="RefuseJson"/>.</exception>
    public bool Read() => _json.Read();

    /// <summary>Passes over the value that the current token begins, or over the value of the current property.</summary>
    /// <exception cref="JsonException">What follows is not JSON; see <see cref="RefuseJson"/>.</exception>
    public void Skip() => _json.Skip();

    /// <summary>True when the current property or string has this text.</summary>
    public readonly bool Is(ReadOnlySpan<byte> text) => _json.ValueTextEquals(text);

    /// <summary>The current string or property name, unescaped.</summary>
    public readonly string TextOf() => _json.GetString()!;

    /// <summary>The current string, unescaped; null for null.</summary>
    /// <exception cref="BadDataException">The current token is neither.</exception>
    public readonly string? TextOrNull(string name) => Token is JsonTokenType.String or JsonTokenType.Null
        ? _json.GetString()
        : throw Refuse($"{name} {Shown()}", "a string or null");

    /// <summary>Notes that a row begins at the current token.</summary>
    public void BeginRow() => _rowStart = (int)_json.TokenStartIndex;

    /// <summary>Gives the page the row that ends at the current token.</summary>
    /// <exception cref="BadDataException">The page refuses it.</exception>
    public void EndRow(in Bar bar, bool isClosed)
    {
        var end = (int)_json.BytesConsumed;
        _page.Add(bar, isClosed, _utf8[_rowStart..end]);
        // What cannot be read behind it belongs to the next row.
        _rowStart = end;
    }

    /// <summary>Moves to the next token and reads it as a whole number.</summary>
    /// <param name="name">The field's name, for messages.</param>
    /// <exception cref="BadDataException">It is none.</exception>
    public long ReadInteger(string name)
    {
        Read();
        return WireNumber.TryReadInteger(ref _json, out var value) ? value : throw Refuse($"{name} {Shown()}", "a whole number of 64 bits");
    }

    /// <summary>Moves to the next token and reads it as an exact decimal, bare or in quotes.</summary>
    /// <param name="name">The field's name, for messages.</param>
    /// <exception cref="BadDataException">It is none, or has too many digits.</exception>
    public ScaledDecimal ReadDecimal(string name)
    {
        Read();
        var parse = WireNumber.ReadDecimal(ref _json, out var value);
        return parse == DecimalParse.Ok ? value : throw Refuse(
            $"{name} {Shown()}",
            parse == DecimalParse.TooManyDigits ? $"at most {ScaledDecimal.MaxScale} digits" : "a decimal number");
    }

    /// <summary>Moves to the next token and reads it as a time with a zone: RFC 3339, no finer than a millisecond.</summary>
    /// <param name="name">The field's name, for messages.</param>
    /// <returns>Unix milliseconds UTC.</returns>
    /// <exception cref="BadDataException">It is none.</exception>
    public long ReadTime(string name)
    {
        Read();
        return Token == JsonTokenType.String && WireTime.TryRead(ref _json, out var timeMs)
            ? timeMs
            : throw Refuse($"{name} {Shown()}", "a time like 2024-01-31T10:00:00Z, in whole milliseconds");
    }

    /// <summary>The exception for the row that is being read, or for the answer when no row has begun.</summary>
    public readonly BadDataException Refuse(string found, string expected) => _page.Refuse(found, expected, RowText());

    /// <summary>
    /// The exception for an answer that is not JSON. Parsers catch once for the whole answer, since a try block keeps a step from being inlined.
    /// </summary>
    public readonly BadDataException RefuseJson(Exception e) => _page.Refuse(
        $"malformed JSON at byte {_json.BytesConsumed} of {_utf8.Length}", "whole JSON", RowText(), e);

    private readonly string Shown()
    {
        var text = Encoding.UTF8.GetString(_json.ValueSpan);
        return _json.TokenType switch
        {
            JsonTokenType.String or JsonTokenType.Number => $"'{(text.Length <= MaxShownLength ? text : text[..MaxShownLength] + "…")}'",
            var token => token.ToString(),
        };
    }

    // Rows hold no rows: the first bracket of the closing kind ends one.
    private readonly ReadOnlySpan<byte> RowText()
    {
        var rest = _utf8[_rowStart..].TrimStart(", \r\n\t"u8);
        var end = _rowStart == 0 || rest.IsEmpty ? -1 : rest.IndexOf(rest[0] == '{' ? (byte)'}' : (byte)']');
        return end < 0 ? rest : rest[..(end + 1)];
    }
}
