using System.Globalization;
using System.Text.Json;
using TraderData.Core;

namespace TraderData.Rounds;

/// <summary>Takes fields from a JSON object and keeps what is wrong with them, so that all of it can be told at once.</summary>
internal sealed class SpecFields(JsonElement json, List<string> faults)
{
    // Longer than there have been exchanges, and short enough to be taken from any time.
    private const int MaxSpan = 10_000;

    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The field of that name; null when it is not there or null.</summary>
    public JsonElement? Take(string name)
    {
        _taken.Add(name);
        return json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    public bool Has(string name) => json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A text; null when there is none or it is something else.</summary>
    public string? Text(string name) => Take(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : Wrong<string>($"{name} must be a text, was {Shown.Of(value.GetRawText())}");

    /// <summary>A text that must be there.</summary>
    public string NeedText(string name, string example)
    {
        if (!Has(name))
            faults.Add($"{name} is missing: {example}");
        return Text(name) ?? "";
    }

    /// <summary>A time; null when there is none or it is something else.</summary>
    public long? Time(string name) => Text(name) is not { } text ? null
        : TimeText.TryParse(text, out var timeMs) ? timeMs
        : WrongMs($"{name} must be a time such as 2024-01-31 or 2024-01-31T10:00:00Z, was '{Shown.Of(text)}'");

    /// <summary>A time that must be there.</summary>
    public long? NeedTime(string name, string where = "")
    {
        if (!Has(name))
            faults.Add($"{where}{name} is missing: a time such as 2024-01-31");
        return Time(name);
    }

    /// <summary>A length of time in milliseconds, as a number of hours, days or weeks; null when there is none or it is something else.</summary>
    public long? Span(string name)
    {
        if (Text(name) is not { } text)
            return null;
        var unit = text.Length > 1 ? text[^1] switch { 'h' => Timeframe.H1, 'd' => Timeframe.D1, 'w' => Timeframe.W1, _ => default } : default;
        if (unit != default && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MaxSpan)
            return count * unit.DurationMs;
        return WrongMs($"{name} must be a number of h, d or w, at most {MaxSpan} of them, such as 730d, was '{Shown.Of(text)}'");
    }

    /// <summary>A list of texts; empty when there is none or it is something else.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Take(name) is not { } list)
            return [];
        if (list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String))
            return [.. list.EnumerateArray().Select(v => v.GetString()!)];
        faults.Add($"{name} must be a list of texts, was {Shown.Of(list.GetRawText())}");
        return [];
    }

    /// <summary>A list of whole numbers; null when there is none or it is something else.</summary>
    public IReadOnlyList<int>? Numbers(string name)
    {
        if (Take(name) is not { } list)
            return null;
        if (list.ValueKind == JsonValueKind.Array && list.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number && v.TryGetInt32(out _)))
            return [.. list.EnumerateArray().Select(v => v.GetInt32())];
        return Wrong<IReadOnlyList<int>>($"{name} must be a list of whole numbers, was {Shown.Of(list.GetRawText())}");
    }

    /// <summary>A whole number; null when there is none or it is something else.</summary>
    public int? Number(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number))
            return number;
        faults.Add($"{name} must be a whole number, was {Shown.Of(value.GetRawText())}");
        return null;
    }

    /// <summary>Fields that nobody took are mistakes: a setting that is spelt wrong must not be passed over.</summary>
    public void RefuseOthers(string where)
    {
        foreach (var field in json.EnumerateObject().Where(f => !_taken.Contains(f.Name)))
            faults.Add($"{where}{Shown.Of(field.Name)} is not known; known are {string.Join(", ", _taken.Order(StringComparer.Ordinal))}");
    }

    private T? Wrong<T>(string fault)
        where T : class
    {
        faults.Add(fault);
        return null;
    }

    private long? WrongMs(string fault)
    {
        faults.Add(fault);
        return null;
    }
}
