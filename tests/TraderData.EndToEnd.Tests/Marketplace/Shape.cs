using System.Text.Json;
using System.Text.RegularExpressions;

namespace TraderData.EndToEnd.Tests;

/// <summary>
/// What JSON must look like, in one line: <c>{id:text files:[{name:text size_bytes:int}] status:queued|running expires_at?:time last:time~}</c>. <c>?</c> may be absent but never
/// null, <c>~</c> may be null but never absent, <c>vk_*</c> begins so, <c>=900</c> is that. Fields that nobody names are passed over, but for nulls.
/// </summary>
internal static partial class Shape
{
    /// <summary>Checks a value.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="value">The value.</param>
    /// <param name="path">Where it stands, for people.</param>
    public static void Check(string shape, JsonElement value, string path)
    {
        if (shape.StartsWith('['))
        {
            Must(value.ValueKind == JsonValueKind.Array, "an array", value, path);
            foreach (var (index, item) in value.EnumerateArray().Index())
                Check(shape[1..^1], item, $"{path}[{index}]");
        }
        else if (shape.StartsWith('{'))
        {
            Must(value.ValueKind == JsonValueKind.Object, "an object", value, path);
            CheckFields(Split(shape[1..^1]).ToDictionary(NameOf, field => field[(field.IndexOf(':', StringComparison.Ordinal) + 1)..]), value, path);
        }
        else if (!(shape.EndsWith('~') && value.ValueKind == JsonValueKind.Null))
        {
            CheckLeaf(shape.TrimEnd('~'), value, path);
        }
    }

    private static void CheckFields(Dictionary<string, string> fields, JsonElement value, string path)
    {
        foreach (var (name, shape) in fields)
        {
            if (value.TryGetProperty(name.TrimEnd('?'), out var field))
                Check(shape, field, $"{path}.{name.TrimEnd('?')}");
            else
                Must(name.EndsWith('?'), $"an object with '{name}'", value, path);
        }

        foreach (var other in value.EnumerateObject().Where(property => !fields.ContainsKey(property.Name) && !fields.ContainsKey(property.Name + "?")))
            MustHaveNoNull(other.Value, $"{path}.{other.Name}");
    }

    private static void CheckLeaf(string shape, JsonElement value, string path)
    {
        MustHaveNoNull(value, path);
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var fits = shape switch
        {
            "text" => text.Length > 0,
            "time" => Time().IsMatch(text),
            "url" => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https",
            "int" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            "number" => value.ValueKind == JsonValueKind.Number,
            "bool" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            "object" => value.ValueKind == JsonValueKind.Object,
            "flat" => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(property => property.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array)),
            _ when shape.StartsWith('=') => (text.Length > 0 ? text : value.GetRawText()) == shape[1..],
            _ when shape.EndsWith('*') => text.StartsWith(shape[..^1], StringComparison.Ordinal) && text.Length >= shape.Length,
            _ => shape.Split('|').Contains(text, StringComparer.Ordinal),
        };
        Must(fits, shape, value, path);
    }

    private static void MustHaveNoNull(JsonElement value, string path)
    {
        Must(value.ValueKind != JsonValueKind.Null, "no null", value, path);
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject())
                MustHaveNoNull(property.Value, $"{path}.{property.Name}");
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray())
                MustHaveNoNull(item, path + "[]");
        }
    }

    private static void Must(bool holds, string expected, JsonElement value, string path) => Assert.True(holds, $"{path} must be {expected}, was {value.GetRawText()}");

    private static string NameOf(string field) => field[..field.IndexOf(':', StringComparison.Ordinal)];

    // Blanks within brackets are of what stands in them.
    private static IEnumerable<string> Split(string fields)
    {
        var (depth, start) = (0, 0);
        for (var i = 0; i <= fields.Length; i++)
        {
            if (i == fields.Length || (fields[i] == ' ' && depth == 0))
            {
                if (i > start)
                    yield return fields[start..i];
                start = i + 1;
            }
            else
            {
                depth += fields[i] is '[' or '{' ? 1 : fields[i] is ']' or '}' ? -1 : 0;
            }
        }
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$", RegexOptions.ExplicitCapture, 1_000)]
    private static partial Regex Time();
}
