using System.Text.Json;

namespace TraderData.Api.Tests;

/// <summary>Holds JSON against a schema of an OpenAPI document: as much of JSON Schema as the document uses, and a failure for a word that it does not know.</summary>
internal sealed class SchemaCheck(JsonElement document)
{
    private static readonly string[] Known = ["$ref", "type", "enum", "properties", "required", "additionalProperties", "items", "minimum", "format", "description"];

    /// <summary>Tells the first difference, by its path; null when there is none.</summary>
    public string? FindFault(JsonElement schema, JsonElement value, string path = "$")
    {
        foreach (var word in schema.EnumerateObject().Where(w => !Known.Contains(w.Name, StringComparer.Ordinal)))
            return $"{path}: the schema has '{word.Name}', which this check does not know";
        if (schema.TryGetProperty("$ref", out var reference))
            return FindFault(Resolve(reference.GetString()!), value, path);
        if (!Types(schema).Any(type => IsOf(type, value)))
            return $"{path}: {value.GetRawText()} is not {schema.GetProperty("type").GetRawText()}";
        if (schema.TryGetProperty("enum", out var choices) && !choices.EnumerateArray().Any(c => JsonElement.DeepEquals(c, value)))
            return $"{path}: {value.GetRawText()} is none of {choices.GetRawText()}";
        if (schema.TryGetProperty("minimum", out var least) && value.GetInt64() < least.GetInt64())
            return $"{path}: {value.GetRawText()} is less than {least.GetRawText()}";
        if (schema.TryGetProperty("format", out var format) && format.GetString() == "date-time" && value.ValueKind != JsonValueKind.Null && !value.TryGetDateTimeOffset(out _))
            return $"{path}: {value.GetRawText()} is no date-time";
        return value.ValueKind switch
        {
            JsonValueKind.Object => FindFaultInObject(schema, value, path),
            JsonValueKind.Array => value.EnumerateArray().Select((item, i) => FindFault(schema.GetProperty("items"), item, $"{path}[{i}]")).FirstOrDefault(f => f is not null),
            _ => null,
        };
    }

    /// <summary>The element that a reference within the document points to.</summary>
    public JsonElement Resolve(string reference)
    {
        Assert.StartsWith("#/", reference, StringComparison.Ordinal);
        return reference[2..].Split('/').Aggregate(document, (element, name) => element.GetProperty(name));
    }

    private string? FindFaultInObject(JsonElement schema, JsonElement value, string path)
    {
        if (schema.TryGetProperty("additionalProperties", out var every) && every.ValueKind == JsonValueKind.Object)
            return value.EnumerateObject().Select(p => FindFault(every, p.Value, $"{path}.{p.Name}")).FirstOrDefault(f => f is not null);
        // An object that says nothing of its fields may have any.
        if (!schema.TryGetProperty("properties", out var properties) && !schema.TryGetProperty("additionalProperties", out _))
            return null;
        if (schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(r => !value.TryGetProperty(r.GetString()!, out _)))
            return $"{path}: not all of {required.GetRawText()} are there";
        foreach (var property in value.EnumerateObject())
        {
            if (!properties.TryGetProperty(property.Name, out var shape))
                return $"{path}: {property.Name} is not described";
            if (FindFault(shape, property.Value, $"{path}.{property.Name}") is { } fault)
                return fault;
        }

        return null;
    }

    private static string[] Types(JsonElement schema)
    {
        var type = schema.GetProperty("type");
        return type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];
    }

    private static bool IsOf(string type, JsonElement value) => type switch
    {
        "object" => value.ValueKind == JsonValueKind.Object,
        "array" => value.ValueKind == JsonValueKind.Array,
        "string" => value.ValueKind == JsonValueKind.String,
        "number" => value.ValueKind == JsonValueKind.Number,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "null" => value.ValueKind == JsonValueKind.Null,
        _ => false,
    };
}
