using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using TraderData.Core;
using TraderData.Marketplace;

namespace TraderData.Api;

/// <summary>
/// Reads the fields of a JSON object from outside. What is wrong is collected, so that all of it is told at once; what a wrong field gives instead is never used. Fields that nobody asks for are passed over, and
/// null is taken for absent.
/// </summary>
internal sealed class Fields
{
    // Nobody reads more of them.
    private const int MaxFaults = 100;

    private const int DefaultMaxLength = 200;
    private const int MaxUrlLength = 4_096;

    // A decimal of .NET holds 28 digits.
    private const int MaxNumberLength = 28;

    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<FieldFault> _faults;

    private Fields(JsonElement value, string path, List<FieldFault> faults) => (_object, _path, _faults) = (value, path, faults);

    /// <summary>Begins to read a value that must be an object.</summary>
    public static Fields Of(JsonElement value, string path, List<FieldFault> faults)
    {
        var fields = new Fields(value, path, faults);
        if (value.ValueKind != JsonValueKind.Object)
            fields.Fault("", $"must be an object, was {Shown(value)}");
        else if (StorableJson.FindFault(value) is { } wrong)
            fields.Fault("", wrong);
        return fields;
    }

    /// <summary>The answer to a body with faults; null when there are none.</summary>
    public static ApiError? ErrorOf(List<FieldFault> faults) => faults.Count == 0
        ? null
        : new ApiError(StatusCodes.Status400BadRequest, ErrorCodes.Validation, $"the body is wrong: {Where(faults[0].Path)}{faults[0].Message}{(faults.Count > 1 ? "; details tell of more" : "")}") { Faults = faults };

    public string Text(string name, int maxLength = DefaultMaxLength) => OptionalText(name, maxLength) ?? Missing(name, "");

    public string? OptionalText(string name, int maxLength = DefaultMaxLength)
    {
        if (Find(name) is not { } value)
            return null;
        // Not null: what is there and wrong is not missing as well.
        if (value.ValueKind != JsonValueKind.String || StorableJson.TextOf(value) is not { } text)
            return Wrong(name, "text", value) ?? "";
        if (text.Length <= maxLength && !text.Any(char.IsControl))
            return text.Length == 0 ? null : text;
        Fault(name, $"must have at most {maxLength} characters, none of them control characters");
        return "";
    }

    /// <summary>Text or a number, as text: what some clients send as one and some as the other.</summary>
    public string TextOrNumber(string name) => Find(name) is { ValueKind: JsonValueKind.Number } number ? number.GetRawText() : Text(name);

    public string Choice(string name, IReadOnlyList<string> choices)
    {
        if (Find(name) is not { } value)
            return Missing(name, choices[0]);
        return StorableJson.TextOf(value) is { } text && choices.Contains(text, StringComparer.Ordinal) ? text : Wrong(name, $"one of {string.Join(' ', choices)}", value) ?? "";
    }

    /// <summary>A number from 0 to 1.</summary>
    public decimal Fraction(string name)
    {
        if (Find(name) is not { } value)
            return Missing(name, 0m);
        if (value.ValueKind == JsonValueKind.Number && value.GetRawText().Length <= MaxNumberLength && value.TryGetDecimal(out var number) && number is >= 0 and <= 1)
            return number;
        Wrong(name, $"a number from 0 to 1 of at most {MaxNumberLength} characters", value);
        return 0;
    }

    /// <summary>A number above 0; null when it is not there.</summary>
    public void OptionalPositive(string name)
    {
        if (Find(name) is { } value && !(value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) && number > 0))
            Wrong(name, "a number above 0", value);
    }

    public DateTime Time(string name) => OptionalTime(name) ?? Missing(name, default(DateTime));

    public DateTime? OptionalTime(string name)
    {
        if (Find(name) is not { } value)
            return null;
        // Without an offset it would be a time of nobody knows where.
        if (StorableJson.TextOf(value) is { } text && text.IndexOf('T', StringComparison.Ordinal) is var clock and >= 0 && (text[^1] == 'Z' || text.LastIndexOfAny(['+', '-']) > clock)
            && value.TryGetDateTimeOffset(out var time))
            return MarketplaceTime.Of(time);
        Wrong(name, "a time such as 2024-01-31T10:00:00Z", value);
        return default(DateTime);
    }

    /// <summary>True or false; false when it is not there.</summary>
    public bool Flag(string name)
    {
        if (Find(name) is not { } value)
            return false;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Wrong(name, "true or false", value);
        return false;
    }

    /// <summary>One of some words; the first when it is not there.</summary>
    public string OptionalChoice(string name, IReadOnlyList<string> choices) => Find(name) is null ? choices[0] : Choice(name, choices);

    /// <summary>A time in any form that queries take, Unix milliseconds UTC; null when it is not there.</summary>
    public long? OptionalTimeMs(string name)
    {
        if (Find(name) is not { } value)
            return null;
        var text = value.ValueKind == JsonValueKind.Number ? value.GetRawText() : StorableJson.TextOf(value);
        if (text is not null && TimeText.TryParse(text, out var timeMs))
            return timeMs;
        Wrong(name, "a time like 2024-01-31, 2024-01-31T10:00:00Z or 1706695200000 (Unix milliseconds)", value);
        return 0;
    }

    /// <summary>A time in any form that queries take.</summary>
    public long TimeMs(string name) => OptionalTimeMs(name) ?? Missing(name, 0L);

    /// <summary>An http or https address.</summary>
    public string Url(string name) => Find(name) is not { } value ? Missing(name, "") : CheckUrl(name, value);

    /// <summary>Http or https addresses, at least one.</summary>
    public void Urls(string name, int most)
    {
        if (Find(name) is not { } value)
        {
            Missing(name, "");
            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() is var count && (count < 1 || count > most))
        {
            Fault(name, $"must be an array of 1 to {most} addresses");
            return;
        }

        foreach (var (index, url) in value.EnumerateArray().Index())
            CheckUrl($"{name}[{index}]", url);
    }

    /// <summary>An object; null when it is not there.</summary>
    public JsonElement? OptionalObject(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Object)
            return value.Clone();
        Wrong(name, "an object", value);
        return null;
    }

    /// <summary>The fields of an object; null when it is not there.</summary>
    public Fields? OptionalFields(string name) => Find(name) is { } value ? Of(value, PathOf(name), _faults) : null;

    /// <summary>An object or array; null when it is not there.</summary>
    public JsonElement? OptionalStructure(string name)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            return value.Clone();
        Wrong(name, "an object or an array", value);
        return null;
    }

    /// <summary>An object or array that must be there.</summary>
    public JsonElement? Structure(string name) => Find(name) is null ? Missing<JsonElement?>(name, null) : OptionalStructure(name);

    /// <summary>An object of those of these fields that are there, as they were sent.</summary>
    public JsonElement Pick(IReadOnlyList<string> names)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            foreach (var name in names)
            {
                if (Find(name) is not { } value)
                    continue;
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        using var picked = JsonDocument.Parse(bytes.WrittenMemory);
        return picked.RootElement.Clone();
    }

    /// <summary>Tells of a field that is wrong.</summary>
    public void Fault(string name, string message)
    {
        if (_faults.Count < MaxFaults)
            _faults.Add(new FieldFault(name.Length == 0 ? _path : PathOf(name), message));
    }

    private static string Where(string path) => path.Length == 0 ? "it " : $"{path} ";

    private string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    private JsonElement? Find(string name) =>
        _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private string CheckUrl(string name, JsonElement value)
    {
        if (StorableJson.TextOf(value) is { Length: <= MaxUrlLength } text && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is ("http" or "https"))
            return text;
        // The address may hold a signature: it is not repeated.
        Fault(name, $"must be an http or https address of at most {MaxUrlLength} characters");
        return "";
    }

    private T Missing<T>(string name, T instead)
    {
        // What is no object was told so: that it lacks fields says nothing more.
        if (_object.ValueKind == JsonValueKind.Object)
            Fault(name, "is required");
        return instead;
    }

    private string? Wrong(string name, string expected, JsonElement value)
    {
        Fault(name, $"must be {expected}, was {Shown(value)}");
        return null;
    }

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => ApiError.Shown(value.GetRawText()),
    };
}
